import type { Caller, Role } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import { Problem } from '@gatehouse/service-host';
import type { Membership } from './membership.js';
import { isLastOwner } from './owners.js';

/** @throws Problem `forbidden`, `directory_managed` */
export function checkMayAdd(
  caller: Caller,
  wanted: { email: string; role: Role },
  isOfDirectory: boolean,
): void {
  if (wanted.role === 'owner') checkIsOwner(caller, 'invite an owner');
  if (!isOfDirectory) return;
  throw new Problem(
    'directory_managed',
    `SCIM is enabled: access of people of this domain is managed by your directory. Assign ${wanted.email} there.`,
  );
}

/** Roles of directory-managed members are the directory's and the owners'. @throws Problem `forbidden`, `directory_managed` */
export function checkMayChangeRole(caller: Caller, member: Membership, role: Role): void {
  if (member.role === 'owner' || role === 'owner') checkIsOwner(caller, 'make or demote an owner');
  if (member.managedBy !== 'directory' || isOwner(caller)) return;
  throw new Problem(
    'directory_managed',
    'SCIM is enabled: account level user access is managed by your directory. An owner may change this role.',
  );
}

/** @throws Problem `forbidden`, `directory_managed` */
export function checkMayRemove(caller: Caller, member: Membership): void {
  if (member.role === 'owner') checkIsOwner(caller, 'remove an owner');
  if (member.managedBy !== 'directory') return;
  throw new Problem(
    'directory_managed',
    'SCIM is enabled: account level user access is managed by your directory. Unassign the member there.',
  );
}

/** @throws Problem `last_owner` */
export async function checkNotLastOwner(tx: Tx, member: Membership): Promise<void> {
  if (!(await isLastOwner(tx, member))) return;
  throw new Problem(
    'last_owner',
    'This is the last owner of the account. Make somebody else an owner first.',
  );
}

function checkIsOwner(caller: Caller, what: string): void {
  if (!isOwner(caller)) throw new Problem('forbidden', `Only an owner may ${what}.`);
}

function isOwner(caller: Caller): boolean {
  return caller.kind === 'operator' || ('role' in caller && caller.role === 'owner');
}
