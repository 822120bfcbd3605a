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
    // The head's row lock orders the entries of an account.
    const [head] = await tx.query<{ seq: number; hash: string }>(
      `INSERT INTO audit_chains (chain, seq, hash) VALUES ($1, 0, '')
       ON CONFLICT (chain) DO UPDATE SET seq = audit_chains.seq RETURNING seq, hash`,
      [chain],
    );
    if (!head) return;
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
    // An entry that was heard before is there already: then the head stays where it is.
    await tx.query(
      `WITH entry AS (
         INSERT INTO audit_entries (id, chain, seq, at, service, actor_kind, actor_id, action, target_type, target_id,
           details, personal_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO NOTHING RETURNING id),
       personal AS (
         INSERT INTO audit_personal (entry_id, salt, data)
         SELECT id, $14, $15::jsonb FROM entry WHERE $14::text IS NOT NULL)
       UPDATE audit_chains SET seq = $3, hash = $13 FROM entry WHERE audit_chains.chain = $2`,
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
