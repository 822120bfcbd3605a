import type { AccountState, Plan, SsoPolicy } from '@gatehouse/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('accounts')
@Index('accounts_slug', ['slug'], { unique: true })
export class AccountEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'bigint' })
  version!: number;

  @Column({ type: 'text' })
  name!: string;

  /** Never given to another account again, also after this one was closed: links and proxies name accounts by it. */
  @Column({ type: 'text' })
  slug!: string;

  @Column({ type: 'text' })
  plan!: Plan;

  @Column({ type: 'timestamptz', nullable: true })
  enterpriseEndedAt!: Date | null;

  @Column({ type: 'text', default: 'required' })
  enforcement!: SsoPolicy['enforcement'];

  @Column({ type: 'text', default: 'owners_and_admins' })
  exempt!: SsoPolicy['exempt'];

  @Column({ type: 'boolean', default: true })
  jitProvisioning!: boolean;

  @Column({ type: 'text', default: 'active' })
  status!: AccountState['status'];

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
