import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A sign-in that was started: a SAML request or an OIDC state, bound to its connection and its browser. */
@Entity('sign_in_requests')
export class SignInRequestEntity {
  /** The AuthnRequest's ID, or the state: 256 random bits. */
  @PrimaryColumn('text') id!: string;
  @Column('text') connectionId!: string;
  @Column('text') accountId!: string;
  @Column('text') protocol!: string;
  /** SHA-256 of the cookie that binds it to a browser. */
  @Column('text') browserHash!: string;
  /** The test sign-in that it belongs to; null for people who sign in. */
  @Column('text', { nullable: true }) testId!: string | null;
  @Column('bigint') configVersion!: number;
  @Column('text') returnTo!: string;
  @Column('text', { nullable: true }) nonce!: string | null;
  @Column('text', { nullable: true }) codeVerifier!: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) createdAt!: Date;
  @Index('sign_in_requests_expires') @Column('timestamptz') expiresAt!: Date;
}

/** Assertions that were accepted, until they would be refused for their age. */
@Entity('used_assertions')
export class UsedAssertionEntity {
  @PrimaryColumn('text') connectionId!: string;
  @PrimaryColumn('text') assertionId!: string;
  @Index('used_assertions_expires') @Column('timestamptz') expiresAt!: Date;
}

/** Who somebody is at an identity provider. Keyed on (connection, subject), never on an address alone. */
@Entity('identity_links')
@Index('identity_links_user', ['userId', 'accountId'])
@Index('identity_links_name_id', ['connectionId', 'nameId'])
export class IdentityLinkEntity {
  @PrimaryColumn('text') connectionId!: string;
  @PrimaryColumn('text') subject!: string;
  @Column('text') accountId!: string;
  @Column('text') userId!: string;
  /** Then the link is valid only while the subject is the person's present address. */
  @Column('boolean') subjectIsEmail!: boolean;
  /** By which a logout request names the person. */
  @Column('text', { nullable: true }) nameId!: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) createdAt!: Date;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) usedAt!: Date;
}

/** From `account.admissions.v1`: the answers to first sign-ins. */
@Entity('admissions')
export class AdmissionProjection {
  @PrimaryColumn('text') signInId!: string;
  @Column('text') accountId!: string;
  @Column('boolean') admitted!: boolean;
  @Column('text', { nullable: true }) userId!: string | null;
  @Column('text', { nullable: true }) membershipId!: string | null;
  @Column('text', { nullable: true }) reason!: string | null;
  @Index('admissions_decided')
  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  decidedAt!: Date;
}

@Entity('test_sign_ins')
@Index('test_sign_ins_connection', ['connectionId', 'id'])
export class TestSignInEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') accountId!: string;
  @Column('text') connectionId!: string;
  @Column('bigint') configVersion!: number;
  /** SHA-256 of the secret in the test's address. */
  @Column('text') tokenHash!: string;
  @Column('text') status!: string;
  @Column('text', { nullable: true }) code!: string | null;
  @Column('jsonb', { default: () => `'[]'` }) checks!: unknown[];
  @Column('jsonb', { nullable: true }) profile!: Record<string, unknown> | null;
  @Index('test_sign_ins_created')
  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) completedAt!: Date | null;
}
