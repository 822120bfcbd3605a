import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type Purpose = 'sso' | 'directory';

export type SetupProgress = { step: string; provider?: string | null; connectionId?: string | null };

/** A link into the configuration dashboard. `expired` is not stored: it follows from `expiresAt`. */
@Entity('setup_links')
@Index('setup_links_account', ['accountId', 'id'])
@Index('setup_links_token_hash', ['tokenHash'], { unique: true })
export class SetupLinkEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') accountId!: string;
  @Column('text', { array: true }) domainIds!: string[];
  @Column('text', { array: true }) purposes!: Purpose[];
  @Column('boolean') mayActivate!: boolean;
  /** SHA-256 of the token, base64url. */
  @Column('text') tokenHash!: string;
  @Column('text') status!: 'pending' | 'opened' | 'completed' | 'revoked';
  @Column('jsonb', { nullable: true }) progress!: SetupProgress | null;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) openedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) completedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt!: Date | null;
}

/** The browser in which a link was opened. */
@Entity('setup_sessions')
@Index('setup_sessions_link', ['linkId'])
@Index('setup_sessions_token_hash', ['tokenHash'], { unique: true })
export class SetupSessionEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') linkId!: string;
  @Column('text') tokenHash!: string;
  /** Worth nothing without the cookie, so it is stored as it is. */
  @Column('text') csrfToken!: string;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
}
