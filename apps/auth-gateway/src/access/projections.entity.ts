import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** From `account.accounts.v1`. */
@Entity('accounts')
export class AccountProjection {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Index('accounts_slug') @Column('text') slug!: string;
  @Column('text') name!: string;
  @Column('text') plan!: string;
  @Column('timestamptz', { nullable: true }) enterpriseEndedAt!: Date | null;
  @Column('text') enforcement!: string;
  @Column('text') exempt!: string;
  @Column('boolean') jitProvisioning!: boolean;
  @Column('text') status!: string;
}

/** From `account.memberships.v1`: one of the two facts that access needs. */
@Entity('memberships')
@Index('memberships_user', ['userId', 'accountId'])
export class MembershipProjection {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Index('memberships_account') @Column('text') accountId!: string;
  @Column('text') userId!: string;
  @Index('memberships_email') @Column('text') email!: string;
  @Index('memberships_email_domain') @Column('text') emailDomain!: string;
  @Column('text') name!: string;
  @Column('text') role!: string;
  @Column('text') status!: string;
  @Column('text') managedBy!: string;
  @Column('text', { nullable: true }) directoryId!: string | null;
  @Index('memberships_directory_user') @Column('text', { nullable: true }) directoryUserId!: string | null;
}

/** From `directory.directories.v1`. */
@Entity('directories')
export class DirectoryProjection {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Index('directories_account') @Column('text') accountId!: string;
  @Column('text') status!: string;
}

/** From `directory.users.v1`: the other fact, kept also while no membership names it yet. */
@Entity('directory_users')
export class DirectoryUserProjection {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Column('text') directoryId!: string;
  @Column('text') accountId!: string;
  @Column('boolean') active!: boolean;
}

/** From `eventing.heartbeats.v1`: up to when the events of a service were seen here. */
@Entity('heartbeats')
export class HeartbeatProjection {
  @PrimaryColumn('text') service!: string;
  @Column('bigint') version!: number;
  @Column('timestamptz') at!: Date;
}
