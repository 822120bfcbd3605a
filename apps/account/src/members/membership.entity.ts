import type { MembershipState, Role } from '@gatehouse/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person in one account; its id stands for (account, user) for ever, so a removed member keeps the row. */
@Entity('memberships')
@Index('memberships_account_user', ['accountId', 'userId'], { unique: true })
@Index('memberships_account_id', ['accountId', 'id'], { unique: true })
@Index('memberships_user', ['userId'])
@Index('memberships_owners', ['accountId'], { where: `role = 'owner'` })
@Index('memberships_directory_user', ['directoryUserId'])
@Index('memberships_directory', ['directoryId'])
export class MembershipEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'bigint' })
  version!: number;

  @Column({ type: 'text' })
  accountId!: string;

  @Column({ type: 'text' })
  userId!: string;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ type: 'text' })
  status!: MembershipState['status'];

  @Column({ type: 'text' })
  managedBy!: MembershipState['managedBy'];

  /**
   * The directory and the directory user that govern this membership, or did last: they stay when a directory is
   * disabled (`managedBy` is then `local`), so that the same directory finds its people again.
   */
  @Column({ type: 'text', nullable: true })
  directoryId!: string | null;

  @Column({ type: 'text', nullable: true })
  directoryUserId!: string | null;

  /** The identity provider's own name for that directory user; decides whether a role survives a new adoption. */
  @Column({ type: 'text', nullable: true })
  directoryExternalId!: string | null;

  /** The directory wants an address for this person that is somebody else's, or that it may not change. */
  @Column({ type: 'boolean', default: false })
  emailConflict!: boolean;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
