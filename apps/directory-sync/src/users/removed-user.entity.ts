import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * That a user was deleted, and nothing else of them: said again when the topic has to be rebuilt. Whoever had not heard
 * of it before would let the person in for ever.
 */
@Entity('removed_user')
export class RemovedUser {
  @PrimaryColumn('text') directoryId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('bigint') version!: number;
  @Column('timestamptz', { default: () => 'now()' }) removedAt!: Date;
}
