import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn('text') id!: string;
  /** SHA-256 of the cookie's value, base64url: a copy of the table opens no session. */
  @Index('sessions_token', { unique: true }) @Column('text') tokenHash!: string;
  @Index('sessions_user') @Column('text') userId!: string;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) createdAt!: Date;
  /** Written at most once a minute. */
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) lastSeenAt!: Date;
  /** The absolute end, whatever the use. */
  @Index('sessions_expires') @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) endedAt!: Date | null;
  @Column('text', { nullable: true }) endReason!: string | null;
  @Column('text') address!: string;
  @Column('text') userAgent!: string;
}

/** One proof of who the person is: through which connection of which account, or by password. */
@Entity('session_authentications')
export class SessionAuthenticationEntity {
  @PrimaryColumn('text') id!: string;
  @Index('session_authentications_session') @Column('text') sessionId!: string;
  @ManyToOne(() => SessionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'session_authentications_session_id_fkey' })
  session?: SessionEntity;
  @Index('session_authentications_user') @Column('text') userId!: string;
  @Column('text') method!: string;
  @Index('session_authentications_connection') @Column('text', { nullable: true }) connectionId!:
    string | null;
  @Column('text', { nullable: true }) accountId!: string | null;
  /** Domain of the address that was vouched for: losing it ends the authentication. */
  @Index('session_authentications_domain') @Column('text') domain!: string;
  @Column('timestamptz') authenticatedAt!: Date;
  /** SessionNotOnOrAfter of the assertion (SAML core §2.7.2), where it had one. */
  @Column('timestamptz', { nullable: true }) notOnOrAfter!: Date | null;
}
