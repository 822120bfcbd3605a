import type { AuditEntry } from '@gatehouse/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One entry of an account's audit log, linked to the entry before it by `hash`. Holds ids, never personal data. */
@Entity('audit_entries')
@Index('audit_entries_chain_seq', ['chain', 'seq'], { unique: true })
export class AuditEntryEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** The account's id, or `operator` for what concerns no account. */
  @Column({ type: 'text' })
  chain!: string;

  @Column({ type: 'bigint' })
  seq!: number;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'text' })
  service!: AuditEntry['service'];

  @Column({ type: 'text' })
  actorKind!: AuditEntry['actor']['kind'];

  @Column({ type: 'text', nullable: true })
  actorId!: string | null;

  @Column({ type: 'text' })
  action!: string;

  @Column({ type: 'text' })
  targetType!: string;

  @Column({ type: 'text' })
  targetId!: string;

  @Column({ type: 'jsonb' })
  details!: AuditEntry['details'];

  /** SHA-256 of the salt and the personal data, or null where the entry had none. Outlives both. */
  @Column({ type: 'text', nullable: true })
  personalHash!: string | null;

  @Column({ type: 'text' })
  hash!: string;
}
