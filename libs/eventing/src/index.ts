export { Outbox, InvalidEvent } from './outbox/outbox.js';
export { Relay, type RelayOptions } from './outbox/relay.js';
export { Consumes, ConsumesTombstones } from './consuming/consumes.js';
export { EventServer } from './consuming/event-server.js';
export { Processor, type Control } from './consuming/processor.js';
export { MalformedEvent } from './consuming/decode.js';
export { listParked, parkedKeys, type ParkedEvent } from './consuming/parking.js';
export { upsertVersioned, onceInInbox } from './projections.js';
export {
  registerRepublisher,
  republish,
  republishedTopics,
  type Republished,
  type Reader,
  type Republisher,
} from './republish.js';
export { startEventing, type Eventing, type EventingOptions } from './eventing.js';
export { eventsMain } from './cli/main.js';
export { runEventsCommand, UsageError, type EventTables } from './cli/events-command.js';
export { eventingEntities } from './entities.js';
export { eventingMigrations } from './migrations.js';
export type { EventingHooks } from './hooks.js';
export type {
  Bus,
  BusHealth,
  BusOptions,
  EventContext,
  IncomingRecord,
  OutgoingRecord,
  Publisher,
  PublishSession,
  RetryPolicy,
} from './types.js';
