import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';
import { settleInvitations } from '../invitations/invitation.js';
import { changeMembership, type Membership } from '../members/membership.js';
import { isLastOwner } from '../members/owners.js';
import { changePerson } from '../members/user.js';
import type { DirectoryUser } from './directory-user.js';
import { type Governance, governs } from './governance.js';
import { auditMember } from './member-audit.js';

/**
 * Whether a directory user may take a locked membership over: not while another directory user who is active has it.
 * That one may be about to leave or to be renamed; only then is the place free, and the newcomer gets it.
 */
export async function adoptableBy(
  tx: Tx,
  membership: Membership,
  user: DirectoryUser,
  governance: Governance,
): Promise<boolean> {
  if (membership.status === 'erased') return false;
  const isTaken = membership.managedBy === 'directory' && membership.directoryUserId !== user.id;
  if (isTaken && (await isActive(tx, membership.directoryUserId))) return false;
  if (user.active) return true;
  // Heard of only now, and gone already: it had the member, unless the member came later or was somebody's since. While a
  // directory governs, nobody comes by a first sign-in: whoever did raced what we hear now.
  const hadAccess = membership.status === 'active' || membership.status === 'invited';
  const raced = governs(governance) && membership.managedBy === 'sso';
  const wasThere = raced || membership.createdAt.getTime() < user.version;
  return !isTaken && hadAccess && wasThere;
}

async function isActive(tx: Tx, directoryUserId: string | null): Promise<boolean> {
  const rows = await tx.query<{ active: boolean }>(`SELECT active FROM directory_users WHERE id = $1`, [
    directoryUserId,
  ]);
  return rows[0]?.active === true;
}

/** What a membership becomes when a directory user takes it over; who the person is, and their sessions, stay. */
export function adopted(membership: Membership, user: DirectoryUser): Partial<Membership> {
  return {
    role: keepsRole(membership, user) ? membership.role : 'member',
    status: 'active',
    managedBy: 'directory',
    directoryId: user.directoryId,
    directoryUserId: user.id,
    directoryExternalId: user.externalId,
  };
}

/** Somebody who lost access gets their role back only where the directory says that it is the same person. */
function keepsRole(membership: Membership, user: DirectoryUser): boolean {
  const hasAccess = membership.status === 'active' || membership.status === 'invited';
  const isSamePerson = user.externalId !== null && membership.directoryExternalId === user.externalId;
  return hasAccess || isSamePerson || membership.directoryUserId === user.id;
}

export async function adopt(
  tx: Tx,
  outbox: Outbox,
  membership: Membership,
  user: DirectoryUser,
): Promise<Membership> {
  if (membership.status === 'invited') await settleInvitations(tx, outbox, membership.id, 'revoked');
  const change = { ...adopted(membership, user), ...(await named(tx, membership, user)) };
  if (!user.active && !(await isLastOwner(tx, membership))) change.status = 'deprovisioned';
  const after = await changeMembership(tx, outbox, membership, change);
  auditMember(tx, outbox, after, 'member.adopted', { directoryUserId: user.id, role: after.role });
  return after;
}

/** The directory's name for a person who had none here. */
async function named(tx: Tx, membership: Membership, user: DirectoryUser): Promise<Partial<Membership>> {
  if (membership.name !== '' || user.displayName === '') return {};
  const person = { id: membership.userId, email: membership.email, name: membership.name };
  const change = { email: membership.email, name: user.displayName };
  return (await changePerson(tx, membership.accountId, person, change)) ? { name: user.displayName } : {};
}
