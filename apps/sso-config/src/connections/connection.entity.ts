import type { ConnectionConfig } from '@gatehouse/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type ConnectionStatus = 'draft' | 'tested' | 'active' | 'disabled' | 'suspended';

@Entity('connections')
@Index('connections_account', ['accountId', 'id'])
export class ConnectionEntity {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: string;
  @Column('text') accountId!: string;
  @Column('text') protocol!: 'saml' | 'oidc';
  @Column('text') provider!: string;
  @Column('text') name!: string;
  @Column('text') status!: ConnectionStatus;
  /** Rises with each edit of the configuration, for ever. */
  @Column('integer', { default: 0 }) configVersion!: number;
  /** The configuration as edited last: what tests use, and what the next activation puts live. */
  @Column('jsonb', { nullable: true }) config!: ConnectionConfig | null;
  /** What members sign in with since the last activation. */
  @Column('jsonb', { nullable: true }) live!: ConnectionConfig | null;
  /** The newest configuration version for which a test sign-in succeeded. */
  @Column('integer', { nullable: true }) testedVersion!: number | null;
  /** Where the metadata came from, to fetch them again. */
  @Column('text', { nullable: true }) metadataUrl!: string | null;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz', { nullable: true }) activatedAt!: Date | null;
}

@Entity('connection_domains')
@Index('connection_domains_domain', ['domainId'])
export class ConnectionDomainEntity {
  @PrimaryColumn('text') connectionId!: string;
  @PrimaryColumn('text') domainId!: string;
}
