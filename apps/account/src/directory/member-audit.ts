import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import { audit } from '@gatehouse/service-host';
import type { Membership } from '../members/membership.js';

/** Records what a directory, and no person, did to a member. */
export function auditMember(
  tx: Tx,
  outbox: Outbox,
  membership: Pick<Membership, 'id' | 'accountId' | 'directoryId' | 'email'>,
  action: string,
  details: Record<string, unknown>,
  personal: Record<string, string> = {},
): void {
  audit(tx, outbox, {
    accountId: membership.accountId,
    actor: { kind: 'directory', id: membership.directoryId },
    action,
    target: { type: 'member', id: membership.id },
    details,
    personal: { email: membership.email, ...personal },
  });
}
