import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ScimUser } from './user.entity.js';

/** The values of `emails`, folded, so that a filter on them uses an index. */
@Entity('scim_user_email')
@Index('scim_user_email_user_id', ['directoryId', 'userId'])
export class ScimUserEmail {
  @PrimaryColumn('text') directoryId!: string;
  @PrimaryColumn('text') valueKey!: string;
  @PrimaryColumn('text') userId!: string;
  @ManyToOne(() => ScimUser, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'directory_id',
      referencedColumnName: 'directoryId',
      foreignKeyConstraintName: 'scim_user_email_user',
    },
    { name: 'user_id', referencedColumnName: 'id', foreignKeyConstraintName: 'scim_user_email_user' },
  ])
  user!: ScimUser;
}
