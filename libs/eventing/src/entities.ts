import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** An event that waits to be sent; deleted once it is. */
@Entity({ name: 'outbox' })
export class OutboxEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) seq!: number;
  @Column({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) topic!: string;
  @Column({ type: 'text' }) key!: string;
  @Column({ type: 'text', nullable: true }) type!: string | null;
  @Column({ type: 'text', nullable: true }) payload!: string | null;
  @Column({ type: 'timestamptz' }) time!: Date;
  @Column({ type: 'text', nullable: true }) traceparent!: string | null;
}

/** An event that could not be handled, or that waits behind one. */
@Entity({ name: 'parked_events' })
@Index('parked_events_event', ['topic', 'eventId'], { unique: true })
@Index('parked_events_key', ['key', 'topic'])
export class ParkedEventEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: number;
  @Column({ type: 'text' }) eventId!: string;
  @Column({ type: 'text' }) topic!: string;
  @Column({ type: 'text' }) key!: string;
  @Column({ type: 'text', nullable: true }) type!: string | null;
  @Column({ type: 'int' }) partition!: number;
  @Column({ type: 'bigint' }) position!: number;
  @Column({ type: 'bigint', nullable: true }) version!: number | null;
  @Column({ type: 'text', nullable: true }) payload!: string | null;
  @Column({ type: 'jsonb' }) headers!: Record<string, string>;
  @Column({ type: 'timestamptz' }) time!: Date;
  @Column({ type: 'text' }) error!: string;
  @Column({ type: 'int' }) attempts!: number;
  @Column({ type: 'timestamptz' }) parkedAt!: Date;
  @Column({ type: 'timestamptz', nullable: true }) replayRequestedAt!: Date | null;
}

/** Events whose work is not a versioned upsert and must not be done twice. */
@Entity({ name: 'inbox' })
@Index('inbox_handled', ['handledAt'])
export class InboxEntity {
  @PrimaryColumn({ type: 'text' }) eventId!: string;
  @Column({ type: 'timestamptz', default: () => 'now()' }) handledAt!: Date;
}

/** What an operator asked of the service: `npm run events`. */
@Entity({ name: 'republish_requests' })
export class RepublishRequestEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: number;
  @Column({ type: 'text' }) topic!: string;
  @Column({ type: 'timestamptz', default: () => 'now()' }) requestedAt!: Date;
  @Column({ type: 'int', default: 0 }) published!: number;
  @Column({ type: 'timestamptz', nullable: true }) doneAt!: Date | null;
  @Column({ type: 'text', nullable: true }) error!: string | null;
}

export const eventingEntities = [OutboxEntity, ParkedEventEntity, InboxEntity, RepublishRequestEntity];
