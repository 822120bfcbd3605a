import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryColumn('text') id!: string;
  @Index('api_keys_account') @Column('text') accountId!: string;
  /** The key dies with this membership. */
  @Index('api_keys_membership') @Column('text') membershipId!: string;
  @Index('api_keys_user') @Column('text') userId!: string;
  @Column('text') name!: string;
  @Column('text') role!: string;
  /** SHA-256 of the whole key, base64url: 256 random bits need no slow hash. */
  @Column('text') secretHash!: string;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { nullable: true }) lastUsedAt!: Date | null;
}
