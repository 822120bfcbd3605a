import { quoteIdentifier, type Tx } from '@gatehouse/database';

/**
 * Inserts or updates a projection's row where its `version` is newer: duplicates, reorders and replays do no harm.
 * Names are ours and quoted; values are parameters.
 * @returns true where the row advanced; side effects belong there alone
 */
export async function upsertVersioned(
  tx: Tx,
  table: string,
  keyColumns: readonly string[],
  row: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const columns = Object.keys(row);
  const name = quoteIdentifier(table);
  const quoted = columns.map(quoteIdentifier);
  const updates = columns.filter((column) => !keyColumns.includes(column)).map(quoteIdentifier);
  const rows = await tx.query(
    `insert into ${name} (${quoted.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})
     on conflict (${keyColumns.map(quoteIdentifier).join(', ')})
     do update set ${updates.map((column) => `${column} = excluded.${column}`).join(', ')}
     where excluded.version > ${name}.version
     returning 1`,
    Object.values(row),
  );
  return rows.length > 0;
}

/** Notes an event as handled, in the same transaction. False where it was before: then there is nothing to do. */
export async function onceInInbox(tx: Tx, eventId: string): Promise<boolean> {
  const rows = await tx.query('insert into inbox (event_id) values ($1) on conflict do nothing returning 1', [
    eventId,
  ]);
  return rows.length > 0;
}
