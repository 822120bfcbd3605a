import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import { changeMembership, type Membership, republishOthers } from '../members/membership.js';
import { isLastOwner } from '../members/owners.js';
import { changePerson } from '../members/user.js';
import { adopted } from './adoption.js';
import type { DirectoryUser } from './directory-user.js';
import { auditMember } from './member-audit.js';
import { waitingFor } from './waiting.js';

/**
 * Applies what is said of a membership's own directory user to the locked membership. Answers the address that this
 * set free, where it did: others of the directory may have waited for it.
 */
export async function follow(
  tx: Tx,
  outbox: Outbox,
  membership: Membership,
  user: DirectoryUser,
): Promise<string | undefined> {
  if (membership.status === 'erased') return undefined;
  const change = user.active
    ? await whilePresent(tx, outbox, membership, user)
    : await afterLeave(tx, outbox, membership, user);
  const after = await changeMembership(tx, outbox, membership, change);
  auditAccess(tx, outbox, membership, after, user);
  if (after.email === membership.email && after.name === membership.name) return undefined;
  await republishOthers(tx, outbox, after.userId, after.id);
  return after.email === membership.email ? undefined : membership.email;
}

function auditAccess(
  tx: Tx,
  outbox: Outbox,
  before: Membership,
  after: Membership,
  user: DirectoryUser,
): void {
  if ((before.status === 'active') === (after.status === 'active')) return;
  const action = after.status === 'active' ? 'member.reactivated' : 'member.deprovisioned';
  auditMember(tx, outbox, after, action, { directoryUserId: user.id });
}

async function whilePresent(
  tx: Tx,
  outbox: Outbox,
  membership: Membership,
  user: DirectoryUser,
): Promise<Partial<Membership>> {
  return { ...adopted(membership, user), ...(await asNamedByDirectory(tx, outbox, membership, user)) };
}

/**
 * The person of a directory user who is gone: another active one with the same address takes the place (a DELETE and a
 * new POST of one person, in whichever order they were heard), else the member is deprovisioned. The last owner stays.
 */
async function afterLeave(
  tx: Tx,
  outbox: Outbox,
  membership: Membership,
  user: DirectoryUser,
): Promise<Partial<Membership>> {
  const managed = { managedBy: 'directory', directoryExternalId: user.externalId } as const;
  if (membership.status === 'removed') return {};
  const isKept = await isLastOwner(tx, membership);
  const left = isKept
    ? { ...membership, ...managed }
    : { ...membership, ...managed, status: 'deprovisioned' as const };
  const [successor] = await waitingFor(tx, user.directoryId, membership.email);
  if (successor) {
    const change = adopted(left, successor);
    auditMember(tx, outbox, membership, 'member.adopted', {
      directoryUserId: successor.id,
      role: change.role,
    });
    return change;
  }
  if (isKept) auditMember(tx, outbox, membership, 'member.last_owner_kept', { directoryUserId: user.id });
  return { ...managed, status: left.status };
}

/**
 * The directory's address and name for the person. One that is somebody else's never merges two people, and somebody
 * who is in another account too keeps their own: the membership stays, and the conflict is shown and audited.
 */
async function asNamedByDirectory(
  tx: Tx,
  outbox: Outbox,
  membership: Membership,
  user: DirectoryUser,
): Promise<Partial<Membership>> {
  const email = user.email === '' ? membership.email : user.email;
  const name = user.displayName === '' ? membership.name : user.displayName;
  if (email === membership.email && name === membership.name) return { emailConflict: false };
  const person = { id: membership.userId, email: membership.email, name: membership.name };
  if (await changePerson(tx, membership.accountId, person, { email, name })) {
    return { email, name, emailConflict: false };
  }
  const kept = { email: membership.email, name };
  const isNamed = await changePerson(tx, membership.accountId, person, kept);
  const emailConflict = email !== membership.email;
  if (emailConflict && !membership.emailConflict) {
    auditMember(
      tx,
      outbox,
      membership,
      'member.email_conflict',
      { directoryUserId: user.id },
      { wanted: email },
    );
  }
  return isNamed ? { name, emailConflict } : { emailConflict };
}

/**
 * A leave that the directory was told of while it governed, heard of only when another one does: the person has lost
 * access all the same. Nothing else that such a directory says counts.
 */
export async function heedLeave(
  tx: Tx,
  outbox: Outbox,
  membership: Membership,
  user: DirectoryUser,
): Promise<void> {
  if (user.active || membership.status !== 'active' || (await isLastOwner(tx, membership))) return;
  const after = await changeMembership(tx, outbox, membership, { status: 'deprovisioned' });
  auditAccess(tx, outbox, membership, after, user);
}
