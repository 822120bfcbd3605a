import type { Tx } from '@gatehouse/database';

/**
 * Serialises the settings of one account until the transaction ends. Such writes are rare and decide on several rows
 * at once (domains of connections, one active connection a domain), so that row locks alone would leave gaps.
 */
export async function lockAccount(tx: Tx, accountId: string): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('account ' || $1, 0))", [accountId]);
}
