import { sqlMigration } from '@gatehouse/database';

/** Every service's eventing tables; numbered apart from the service's own migrations, and run before them. */
export const eventingMigrations = [
  sqlMigration(
    '0001-eventing',
    `
    create table outbox (
      seq bigint generated always as identity primary key,
      id text not null,
      topic text not null,
      key text not null,
      type text,
      payload text,
      time timestamptz not null,
      traceparent text
    );
    create table parked_events (
      id bigint generated always as identity primary key,
      event_id text not null,
      topic text not null,
      key text not null,
      type text,
      partition int not null,
      position bigint not null,
      version bigint,
      payload text,
      headers jsonb not null,
      time timestamptz not null,
      error text not null,
      attempts int not null,
      parked_at timestamptz not null,
      replay_requested_at timestamptz
    );
    create unique index parked_events_event on parked_events (topic, event_id);
    create index parked_events_key on parked_events (key, topic);
    create table inbox (
      event_id text primary key,
      handled_at timestamptz not null default now()
    );
    create index inbox_handled on inbox (handled_at);
    create table republish_requests (
      id bigint generated always as identity primary key,
      topic text not null,
      requested_at timestamptz not null default now(),
      published int not null default 0,
      done_at timestamptz,
      error text
    );`,
  ),
];
