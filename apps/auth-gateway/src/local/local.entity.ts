import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** From `account.invitations.v1`. */
@Entity('invitations')
export class InvitationProjection {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Column('text') kind!: string;
  @Column('text') accountId!: string;
  @Column('text') membershipId!: string;
  @Column('text') userId!: string;
  @Column('text') email!: string;
  @Index('invitations_token') @Column('text') tokenHash!: string;
  @Column('timestamptz') expiresAt!: Date;
  @Column('text') status!: string;
}

/** Makes an invitation single-use here, before the account service has heard of it. */
@Entity('used_invitations')
export class UsedInvitationEntity {
  @PrimaryColumn('text') invitationId!: string;
  @Column('timestamptz', { default: () => 'now()' }) usedAt!: Date;
}

/** A local password: only of people whom no identity provider manages. */
@Entity('credentials')
export class CredentialEntity {
  @PrimaryColumn('text') userId!: string;
  @Column('text') passwordHash!: string;
  /** The account whose invitation the password was chosen with; null where the mailbox itself was proved by a reset link. */
  @Column('text', { nullable: true }) vouchedBy!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) changedAt!: Date;
}

@Entity('password_resets')
export class PasswordResetEntity {
  @PrimaryColumn('text') tokenHash!: string;
  @Index('password_resets_user') @Column('text') userId!: string;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
}

/** Wrong passwords in a row, by the hash of the address, so that unknown addresses behave as known ones. */
@Entity('password_failures')
export class PasswordFailureEntity {
  @PrimaryColumn('text') subject!: string;
  @Column('integer') failures!: number;
  @Column('timestamptz') failedAt!: Date;
  @Column('timestamptz') lockedUntil!: Date;
}

/** Token buckets, shared by all replicas. */
@Entity('rate_limits')
export class RateLimitEntity {
  @PrimaryColumn('text') bucket!: string;
  @Column('double precision') tokens!: number;
  @Index('rate_limits_refilled') @Column('timestamptz') refilledAt!: Date;
}
