import type { ConnectionConfig, ConnectionState, DomainState } from '@gatehouse/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** From `sso.domains.v1`. */
@Entity('domains')
export class DomainProjection {
  @PrimaryColumn('text') name!: string;
  @Column('bigint') version!: number;
  @Column('text') domainId!: string;
  @Index('domains_account') @Column('text') accountId!: string;
  @Column('text') status!: DomainState['status'];
}

/** From `sso.connections.v1`, drafts too: test sign-ins use them. */
@Entity('connections')
export class ConnectionProjection {
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Index('connections_account') @Column('text') accountId!: string;
  @Column('text') protocol!: ConnectionState['protocol'];
  @Column('text') provider!: string;
  @Column('text') name!: string;
  @Column('text') status!: ConnectionState['status'];
  @Column('jsonb') domains!: ConnectionState['domains'];
  @Column('jsonb', { nullable: true }) live!: ConnectionConfig | null;
  @Column('jsonb', { nullable: true }) draft!: ConnectionConfig | null;
  @Column('timestamptz', { nullable: true }) activatedAt!: Date | null;
}
