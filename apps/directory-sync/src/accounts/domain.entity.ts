import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who owns a proved domain and whether it is enabled, from `sso.domains.v1`. */
@Entity('domain')
@Index('domain_account', ['accountId'])
export class DomainProjection {
  @PrimaryColumn('text') name!: string;
  @Column('bigint') version!: number;
  @Column('text') accountId!: string;
  @Column('text') status!: 'verified' | 'enabled' | 'lost' | 'removed';
}
