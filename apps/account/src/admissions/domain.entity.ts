import type { DomainState } from '@gatehouse/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What sso-config last said of a proved email domain. */
@Entity('domains')
export class DomainEntity {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'bigint' })
  version!: number;

  @Column({ type: 'text' })
  accountId!: string;

  @Column({ type: 'text' })
  status!: DomainState['status'];
}
