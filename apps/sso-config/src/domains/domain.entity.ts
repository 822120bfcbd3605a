import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

export type DomainStatus = 'pending' | 'verified' | 'enabled' | 'lost';

/** One account's claim on a domain. Several accounts may claim a name; one at a time owns it (verified or enabled). */
@Entity('domains')
@Unique('domains_account_id_name_key', ['accountId', 'name'])
@Index('domains_one_owner', ['name'], { unique: true, where: "status in ('verified', 'enabled')" })
@Index('domains_next_check', ['nextCheckAt'], { where: "status in ('verified', 'enabled')" })
export class DomainEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') accountId!: string;
  /** Canonical; see `domain-name.ts`. */
  @Column('text') name!: string;
  @Column('text') status!: DomainStatus;
  @Column('text') proofToken!: string;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz', { nullable: true }) verifiedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) enabledAt!: Date | null;
  @Column('timestamptz', { nullable: true }) lastCheckedAt!: Date | null;
  /** Definite failures in a row; DNS that does not answer is not counted. */
  @Column('integer', { default: 0 }) failedChecks!: number;
  @Column('text', { nullable: true }) lastFailure!: string | null;
  @Column('timestamptz', { nullable: true }) nextCheckAt!: Date | null;
}

/**
 * The published history of a name. The version belongs to the name, because a name is the event's key and may pass
 * from one account to another; `domainId` is the claim that spoke last, and only that may say that it is lost or removed.
 */
@Entity('domain_names')
export class DomainNameEntity {
  @PrimaryColumn('text') name!: string;
  @Column('bigint') version!: string;
  @Column('text') domainId!: string;
}
