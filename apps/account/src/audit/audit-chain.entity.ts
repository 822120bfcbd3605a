import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The end of one chain of audit entries; its row is the lock under which the chain grows. */
@Entity('audit_chains')
export class AuditChainEntity {
  @PrimaryColumn({ type: 'text' })
  chain!: string;

  @Column({ type: 'bigint' })
  seq!: number;

  @Column({ type: 'text' })
  hash!: string;
}
