import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Directory } from './directory.entity.js';

/** A bearer token of one directory. Its secret is kept as a SHA-256 only. */
@Entity('directory_token')
@Index('directory_token_directory_id', ['directoryId'])
export class DirectoryToken {
  @PrimaryColumn('text') id!: string;
  @Column('text') directoryId!: string;
  @ManyToOne(() => Directory, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'directory_id', foreignKeyConstraintName: 'directory_token_directory' })
  directory!: Directory;
  @Column('bytea') secretHash!: Buffer;
  @Column('text') lastFour!: string;
  @Column('timestamptz', { default: () => 'now()' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) lastUsedAt!: Date | null;
}
