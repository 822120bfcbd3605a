import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How many users a directory has: the sum over its shards. `count(*)` over a million rows takes longer than everything
 * else that a list needs; one row would make all creates of a directory wait for each other.
 */
@Entity('directory_counter')
export class DirectoryCounter {
  @PrimaryColumn('text') directoryId!: string;
  @PrimaryColumn('smallint') shard!: number;
  @Column('bigint') users!: number;
  @Column('bigint') active!: number;
}

export const COUNTER_SHARDS = 16;
