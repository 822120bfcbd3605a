import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

/** A SCIM User. `document` is what `@gatehouse/scim` made of the client's body; the other columns are taken from it. */
@Entity('scim_user')
@Index('scim_user_name', ['directoryId', 'userNameKey'], { unique: true })
@Index('scim_user_seq', ['directoryId', 'seq'])
@Index('scim_user_external_id', ['directoryId', 'externalId'], { where: 'external_id is not null' })
export class ScimUser {
  @PrimaryColumn('text') directoryId!: string;
  @PrimaryColumn('text') id!: string;
  /** The order of lists: by arrival, never reused. */
  @Column('bigint') @Generated('increment') seq!: number;
  @Column('bigint') version!: number;
  /** `userName` folded: what it is found and kept unique by. */
  @Column('text') userNameKey!: string;
  @Column('text', { nullable: true }) externalId!: string | null;
  /** The identity address last accepted, canonical. */
  @Column('text') email!: string;
  @Column('boolean') active!: boolean;
  /** Why the user is not active. */
  @Column('text', { nullable: true }) reason!: 'deactivated' | 'created_inactive' | null;
  @Column('jsonb') document!: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { default: () => 'now()' }) updatedAt!: Date;
}
