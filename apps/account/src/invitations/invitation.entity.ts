import type { InvitationState } from '@gatehouse/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A one-time link for a person; only the hash of its token is kept. */
@Entity('invitations')
@Index('invitations_membership', ['membershipId'])
export class InvitationEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'bigint' })
  version!: number;

  @Column({ type: 'text' })
  kind!: InvitationState['kind'];

  @Column({ type: 'text' })
  accountId!: string;

  @Column({ type: 'text' })
  membershipId!: string;

  @Column({ type: 'text' })
  userId!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  tokenHash!: string;

  @Column({ type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ type: 'text' })
  status!: InvitationState['status'];

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
