import type { DirectoryState } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';

export type DirectoryStatus = DirectoryState['status'];

/** What is known of a directory at the moment. `status` is null before anything was heard of it. */
export interface Governance {
  status: DirectoryStatus | null;
  /** Another directory of the account is live. */
  anotherIsLive: boolean;
}

/**
 * Whether a directory's word makes and ends memberships. One that is not live yet goes live with its first user, and
 * that user may be heard of before: it governs unless another one does.
 */
export function governs({ status, anotherIsLive }: Governance): boolean {
  if (status === 'live') return true;
  return (status === null || status === 'pending') && !anotherIsLive;
}

/**
 * Whether a directory was ended. It takes no requests since; whatever is still heard of its users was accepted before,
 * and is only late.
 */
export function hasEnded({ status }: Governance): boolean {
  return status === 'disabled' || status === 'removed' || status === 'suspended';
}

export const anotherLiveDirectory = (account: string, directory: string): string =>
  `EXISTS (SELECT 1 FROM directories o WHERE o.account_id = ${account} AND o.id <> ${directory} AND o.status = 'live')`;

export async function governanceOf(tx: Tx, accountId: string, directoryId: string): Promise<Governance> {
  const rows = await tx.query<Governance>(
    `SELECT d.status, ${anotherLiveDirectory('$1', '$2')} AS "anotherIsLive"
     FROM (SELECT 1) one LEFT JOIN directories d ON d.id = $2`,
    [accountId, directoryId],
  );
  return rows[0]!;
}
