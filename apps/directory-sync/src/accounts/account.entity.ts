import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What this service knows of an account, from `account.accounts.v1`. */
@Entity('account')
export class AccountProjection {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Column('text') plan!: 'personal' | 'pro' | 'enterprise';
  @Column('timestamptz', { nullable: true }) enterpriseEndedAt!: Date | null;
  @Column('text') status!: 'active' | 'closed';
}
