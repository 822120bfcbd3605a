import {
  ConnectionActivated,
  ConnectionDisabled,
  ConnectionDrafted,
  ConnectionRemoved,
  ConnectionUpdated,
  connectionsTopic,
  type ConnectionState,
  type EventDefinition,
} from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox, Reader } from '@gatehouse/eventing';
import { findConnections, type Connection } from './connection-rows.js';

/** Appends what a connection is now. */
export function publishConnection(
  tx: Tx,
  outbox: Outbox,
  event: EventDefinition<ConnectionState>,
  connection: Connection,
): void {
  outbox.append(tx, event, stateOf(connection));
}

/** Removal is a state, then a tombstone: ids are never used again, so that nothing can come after it. */
export function publishRemoval(tx: Tx, outbox: Outbox, connection: Connection): void {
  const version = Math.max(connection.version + 1, Date.now());
  outbox.append(tx, ConnectionRemoved, {
    ...stateOf(connection),
    version,
    status: 'removed',
    live: null,
    draft: null,
  });
  outbox.tombstone(tx, connectionsTopic, connection.id);
}

function stateOf(connection: Connection): ConnectionState {
  return {
    id: connection.id,
    version: connection.version,
    accountId: connection.accountId,
    protocol: connection.protocol,
    provider: connection.provider,
    name: connection.name,
    status: connection.status,
    domains: connection.domains,
    live: connection.live,
    draft: connection.config,
    activatedAt: connection.activatedAt?.toISOString() ?? null,
  };
}

const eventOf = {
  draft: ConnectionDrafted,
  tested: ConnectionUpdated,
  active: ConnectionActivated,
  disabled: ConnectionDisabled,
  suspended: ConnectionDisabled,
} as const;

/** The present state of all connections, in batches: for `republish`. */
export async function* republishConnections(
  database: Reader,
): AsyncGenerator<{ event: EventDefinition<ConnectionState>; data: ConnectionState }[]> {
  for (let after = ''; ;) {
    const rows = await findConnections(database, 'c.id > $1 order by c.id limit 200', [after]);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    yield rows.map((row) => ({ event: eventOf[row.status], data: stateOf(row) }));
  }
}
