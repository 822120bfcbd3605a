import { emailDomain } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import {
  createPersonWithMembership,
  joinPerson,
  lockMembership,
  type Membership,
} from '../members/membership.js';
import { belongsElsewhere, findPerson } from '../members/user.js';
import { adopt, adoptableBy } from './adoption.js';
import type { DirectoryUser } from './directory-user.js';
import { follow, heedLeave } from './following.js';
import { anotherLiveDirectory, type Governance, governs, hasEnded } from './governance.js';
import { auditMember } from './member-audit.js';
import { releaseMembers } from './release.js';
import { waitingFor } from './waiting.js';

interface Place extends Governance {
  accountStatus: string | null;
  /** The membership whose present directory user this is. */
  own: string | null;
  /** The membership, in this account, of the person who has the address. */
  byEmail: string | null;
}

/**
 * Brings one membership in line with what the directory says of a person. The outcome depends on what is known of the
 * directory users, not on the order in which it was heard: a user whose place is taken waits in `directory_users`, and
 * gets it when the one before is heard to have left.
 *
 * - The membership's own directory user: followed.
 * - A new directory user: adopts the membership of its address, or makes one.
 * - A directory user that is gone and governs nothing: says nothing, except of a member whom it governed before we heard.
 *
 * What a directory that has ended was told before is heard as if it had been in time; then its member is released.
 */
export async function placeDirectoryUser(tx: Tx, outbox: Outbox, user: DirectoryUser): Promise<void> {
  const place = await findPlace(tx, user);
  if (place.accountStatus === null) return;
  if (governs(place)) return put(tx, outbox, user, place);
  if (hasEnded(place) && !place.anotherIsLive) {
    await put(tx, outbox, user, place);
    const membershipId = place.own ?? place.byEmail;
    await releaseMembers(tx, outbox, user.directoryId, { membershipId, directoryUserId: user.id });
    return;
  }
  const own = place.own === null ? undefined : await lockMembership(tx, place.own);
  if (own) await heedLeave(tx, outbox, own, user);
}

async function put(tx: Tx, outbox: Outbox, user: DirectoryUser, place: Place): Promise<void> {
  if (place.own !== null) {
    const membership = await lockInTime(tx, place.own, user, place);
    const freed = membership && (await follow(tx, outbox, membership, user));
    if (freed === undefined) return;
    for (const waiting of await waitingFor(tx, user.directoryId, freed))
      await placeDirectoryUser(tx, outbox, waiting);
    return;
  }
  if (user.email === '') return;
  if (place.byEmail !== null) return takePlace(tx, outbox, place.byEmail, user, place);
  if (user.active) await makeMember(tx, outbox, user);
}

/**
 * The membership, locked; of a directory that has ended, as it was before it was released. Undefined where an admin
 * removed or invited the person, which may well have been since.
 */
async function lockInTime(
  tx: Tx,
  id: string,
  user: DirectoryUser,
  governance: Governance,
): Promise<Membership | undefined> {
  const membership = await lockMembership(tx, id);
  if (!membership || !hasEnded(governance)) return membership;
  if (membership.status === 'removed' || membership.status === 'invited') return undefined;
  const wasReleased = membership.managedBy === 'local' && membership.directoryId === user.directoryId;
  return wasReleased ? { ...membership, managedBy: 'directory' } : membership;
}

async function takePlace(
  tx: Tx,
  outbox: Outbox,
  membershipId: string,
  user: DirectoryUser,
  governance: Governance,
): Promise<void> {
  const membership = await lockInTime(tx, membershipId, user, governance);
  if (!membership || !(await adoptableBy(tx, membership, user, governance))) return;
  await adopt(tx, outbox, membership, user);
}

async function makeMember(tx: Tx, outbox: Outbox, user: DirectoryUser): Promise<void> {
  const membership = {
    accountId: user.accountId,
    role: 'member',
    status: 'active',
    managedBy: 'directory',
    directoryId: user.directoryId,
    directoryUserId: user.id,
    directoryExternalId: user.externalId,
  } as const;
  const person = { email: user.email, name: user.displayName };
  const made = await createPersonWithMembership(tx, outbox, person, membership);
  if (made) return auditMade(tx, outbox, made, user);

  const existing = await findPerson(tx, user.email);
  if (!existing || !(await mayBeJoined(tx, existing.id, user))) return;
  const joined = await joinPerson(tx, outbox, existing, membership);
  if (joined) return auditMade(tx, outbox, joined, user);
  // Somebody made the membership a moment ago, for example a first sign-in: it can be adopted now.
  const place = await findPlace(tx, user);
  if (place.byEmail !== null) await takePlace(tx, outbox, place.byEmail, user, place);
}

function auditMade(tx: Tx, outbox: Outbox, member: Membership, user: DirectoryUser): void {
  auditMember(tx, outbox, member, 'member.provisioned', { directoryUserId: user.id });
}

/** A directory adds a membership to a person of other accounts only for an address of a domain that its account proved. */
async function mayBeJoined(tx: Tx, userId: string, user: DirectoryUser): Promise<boolean> {
  if (!(await belongsElsewhere(tx, userId, user.accountId))) return true;
  const rows = await tx.query(
    `SELECT 1 FROM domains WHERE name = $1 AND account_id = $2 AND status = 'enabled'`,
    [emailDomain(user.email), user.accountId],
  );
  return rows.length > 0;
}

async function findPlace(tx: Tx, user: DirectoryUser): Promise<Place> {
  const rows = await tx.query<Place>(
    `SELECT (SELECT a.status FROM accounts a WHERE a.id = $1) AS "accountStatus",
       d.status, ${anotherLiveDirectory('$1', '$2')} AS "anotherIsLive",
       (SELECT m.id FROM memberships m WHERE m.directory_user_id = $3 AND m.account_id = $1 LIMIT 1) AS own,
       (SELECT m.id FROM users u JOIN memberships m ON m.user_id = u.id AND m.account_id = $1 WHERE u.email = $4) AS "byEmail"
     FROM (SELECT 1) one LEFT JOIN directories d ON d.id = $2`,
    [user.accountId, user.directoryId, user.id, user.email],
  );
  return rows[0]!;
}
