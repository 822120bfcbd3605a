import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Personal data of an audit entry. Erasure deletes the row: without the salt, the hash in the entry tells nothing, and
 * the chain still verifies.
 */
@Entity('audit_personal')
export class AuditPersonalEntity {
  @PrimaryColumn({ type: 'text' })
  entryId!: string;

  @Column({ type: 'text' })
  salt!: string;

  @Column({ type: 'jsonb' })
  data!: Record<string, string>;
}
