import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person, by canonical email. Only this service makes them. */
@Entity('users')
@Index('users_email', ['email'], { unique: true })
export class UserEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
