import type { Plan } from '@gatehouse/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What this service knows of accounts, from `account.accounts.v1`. */
@Entity('accounts')
export class AccountEntity {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: string;
  @Column('text') name!: string;
  @Column('text') plan!: Plan;
  @Column('timestamptz', { nullable: true }) enterpriseEndedAt!: Date | null;
  @Column('text') status!: 'active' | 'closed';
}
