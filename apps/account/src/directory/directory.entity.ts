import type { DirectoryState } from '@gatehouse/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What directory-sync last said of a directory. */
@Entity('directories')
@Index('directories_account', ['accountId'])
export class DirectoryEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'bigint' })
  version!: number;

  @Column({ type: 'text' })
  accountId!: string;

  @Column({ type: 'text' })
  status!: DirectoryState['status'];
}
