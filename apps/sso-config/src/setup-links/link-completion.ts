import type { Caller } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import { audit } from '@gatehouse/service-host';

/**
 * An activation completes the opened links that were made for it: those for single sign-on alone, with a domain of the
 * connection. A link that is for directory sync too is completed by its holder.
 */
export async function completeLinks(
  tx: Tx,
  outbox: Outbox,
  caller: Caller,
  connection: { accountId: string; domains: readonly { id: string }[] },
): Promise<void> {
  const { accountId, domains } = connection;
  const completed = await tx.query<{ id: string }>(
    `update setup_links set status = 'completed', completed_at = now()
     where account_id = $1 and status = 'opened' and purposes = array['sso'] and domain_ids && $2::text[] returning id`,
    [accountId, domains.map(({ id }) => id)],
  );
  for (const { id } of completed) {
    audit(tx, outbox, {
      accountId,
      caller,
      action: 'setup_link.completed',
      target: { type: 'setup_link', id },
      details: {},
    });
  }
}
