import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { decodeCursor, encodeCursor, type Page } from '../paging.js';
import { chainHash, type ChainedEntry, chainStart, personalHashOf } from './audit-chain.js';

interface EntryRow extends Omit<ChainedEntry, 'at'> {
  at: Date;
  hash: string;
  salt: string | null;
  personal: Record<string, string> | null;
}

const columns = `e.id, e.chain, e.seq, e.at, e.service, e.actor_kind AS "actorKind", e.actor_id AS "actorId", e.action,
  e.target_type AS "targetType", e.target_id AS "targetId", e.details, e.personal_hash AS "personalHash", e.hash,
  p.salt, p.data AS personal`;

export interface AuditQuery {
  limit: number;
  cursor?: string | undefined;
  action?: string | undefined;
  actorId?: string | undefined;
  targetId?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

@Injectable()
export class AuditService {
  constructor(private readonly database: Database) {}

  async list(accountId: string, query: AuditQuery) {
    const before =
      query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(query.cursor)) || 0;
    const rows = await this.database.query<EntryRow>(
      `SELECT ${columns} FROM audit_entries e LEFT JOIN audit_personal p ON p.entry_id = e.id
       WHERE e.chain = $1 AND e.seq < $2 AND ($3::text IS NULL OR e.action = $3) AND ($4::text IS NULL OR e.actor_id = $4)
         AND ($5::text IS NULL OR e.target_id = $5) AND ($6::timestamptz IS NULL OR e.at >= $6)
         AND ($7::timestamptz IS NULL OR e.at < $7)
       ORDER BY e.seq DESC LIMIT $8`,
      [
        accountId,
        before,
        query.action ?? null,
        query.actorId ?? null,
        query.targetId ?? null,
        query.since ?? null,
        query.until ?? null,
        query.limit + 1,
      ],
    );
    const shown = rows.slice(0, query.limit);
    const nextCursor = rows.length > query.limit ? encodeCursor(String(shown.at(-1)!.seq)) : null;
    return { items: shown.map(toView), nextCursor } satisfies Page<unknown>;
  }

  /** Reads the chain from its beginning, a thousand entries at a time. */
  async verify(accountId: string): Promise<{ intact: boolean; entries: number; firstBroken: number | null }> {
    let hash = chainStart;
    let entries = 0;
    for (;;) {
      const rows = await this.database.query<EntryRow>(
        `SELECT ${columns} FROM audit_entries e LEFT JOIN audit_personal p ON p.entry_id = e.id
         WHERE e.chain = $1 AND e.seq > $2 ORDER BY e.seq LIMIT 1000`,
        [accountId, entries],
      );
      if (rows.length === 0) break;
      for (const row of rows) {
        if (!follows(row, hash, entries + 1)) return { intact: false, entries, firstBroken: entries + 1 };
        hash = row.hash;
        entries += 1;
      }
    }
    // Entries cut off at the end leave a chain that is whole, but not the one whose head is on record.
    const head = await this.database.query<{ seq: number; hash: string }>(
      `SELECT seq, hash FROM audit_chains WHERE chain = $1`,
      [accountId],
    );
    const isWhole = (head[0]?.seq ?? 0) === entries && (head[0]?.hash ?? chainStart) === hash;
    return { intact: isWhole, entries, firstBroken: isWhole ? null : entries + 1 };
  }
}

function follows(row: EntryRow, previous: string, seq: number): boolean {
  const isPersonalWhole =
    row.salt === null || row.personal === null || personalHashOf(row.salt, row.personal) === row.personalHash;
  return (
    row.seq === seq &&
    isPersonalWhole &&
    chainHash(previous, { ...row, at: row.at.toISOString() }) === row.hash
  );
}

function toView(row: EntryRow) {
  return {
    id: row.id,
    seq: row.seq,
    at: row.at.toISOString(),
    service: row.service,
    actor: { kind: row.actorKind, id: row.actorId } satisfies AuditEntry['actor'],
    action: row.action,
    target: { type: row.targetType, id: row.targetId },
    details: row.details,
    personal: row.personal ?? {},
    hash: row.hash,
  };
}
