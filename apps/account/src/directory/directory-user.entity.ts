import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What directory-sync last said of a directory user, whether or not it governs a membership. */
@Entity('directory_users')
@Index('directory_users_account_email', ['accountId', 'email'])
@Index('directory_users_directory_email', ['directoryId', 'email'])
export class DirectoryUserEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'bigint' })
  version!: number;

  @Column({ type: 'text' })
  accountId!: string;

  @Column({ type: 'text' })
  directoryId!: string;

  @Column({ type: 'text', nullable: true })
  externalId!: string | null;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  displayName!: string;

  @Column({ type: 'boolean' })
  active!: boolean;
}
