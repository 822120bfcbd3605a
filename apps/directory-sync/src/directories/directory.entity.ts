import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One SCIM endpoint of an account. A removed one stays as a row, so that its state can be published again. */
@Entity('directory')
@Index('directory_account', ['accountId'])
@Index('directory_live', ['accountId'], { unique: true, where: `status = 'live'` })
export class Directory {
  @PrimaryColumn('text') id!: string;
  @Column('text') accountId!: string;
  @Column('text') name!: string;
  @Column('text') dialect!: 'lenient' | 'strict';
  @Column('text') status!: 'pending' | 'live' | 'shadow' | 'disabled' | 'removed';
  /** Set when the grace after the end of the Enterprise plan is over; hides `status` until the plan is back. */
  @Column('boolean', { default: false }) suspended!: boolean;
  @Column('bigint') version!: number;
  /**
   * Rises with everything that decides whether a request is taken: tokens, status, dialect, the account's plan, its
   * domains. Statements compare it with what a cached context was read at, so that no cache can be stale.
   */
  @Column('bigint', { default: 1 }) revision!: number;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) lastRequestAt!: Date | null;
  /** Its users were published from then on; those of a directory that was only ever in shadow never were. */
  @Column('timestamptz', { nullable: true }) wentLiveAt!: Date | null;
}
