import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type AuditEntry, AuditRecorded } from '@gatehouse/contracts';
import { Consumes, type EventContext } from '@gatehouse/eventing';
import { chainHash, saltedHash } from './audit-chain.js';

/** Keeps what all services record, one chain an account. */
@Controller()
export class AuditEvents {
  @Consumes(AuditRecorded)
  async onRecorded(@Payload() entry: AuditEntry, @Ctx() { tx }: EventContext): Promise<void> {
    const chain = entry.accountId ?? 'operator';
    // The head's row lock orders the entries; an entry that is there already leaves the head as it is.
    const [head] = await tx.query<{ seq: number; hash: string; isKnown: boolean }>(
      `INSERT INTO audit_chains (chain, seq, hash) VALUES ($1, 0, '')
       ON CONFLICT (chain) DO UPDATE SET seq = audit_chains.seq
       RETURNING seq, hash, EXISTS (SELECT 1 FROM audit_entries WHERE id = $2) AS "isKnown"`,
      [chain, entry.id],
    );
    if (!head || head.isKnown) return;
    const hasPersonal = Object.keys(entry.personal).length > 0;
    const personal = hasPersonal ? saltedHash(entry.personal) : undefined;
    const chained = {
      id: entry.id,
      chain,
      seq: head.seq + 1,
      at: new Date(entry.at).toISOString(),
      service: entry.service,
      actorKind: entry.actor.kind,
      actorId: entry.actor.id,
      action: entry.action,
      targetType: entry.target.type,
      targetId: entry.target.id,
      details: entry.details,
      personalHash: personal?.personalHash ?? null,
    };
    await tx.query(
      `WITH head AS (UPDATE audit_chains SET seq = $3, hash = $13 WHERE chain = $2),
         personal AS (INSERT INTO audit_personal (entry_id, salt, data)
           SELECT $1, $14, $15::jsonb WHERE $14::text IS NOT NULL)
       INSERT INTO audit_entries (id, chain, seq, at, service, actor_kind, actor_id, action, target_type, target_id,
         details, personal_hash, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        chained.id,
        chained.chain,
        chained.seq,
        chained.at,
        chained.service,
        chained.actorKind,
        chained.actorId,
        chained.action,
        chained.targetType,
        chained.targetId,
        JSON.stringify(chained.details),
        chained.personalHash,
        chainHash(head.hash, chained),
        personal?.salt ?? null,
        JSON.stringify(entry.personal),
      ],
    );
  }
}
