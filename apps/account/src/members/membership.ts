import { MembershipChanged, type MembershipState, newId, nextVersion, type Role } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';

/** A membership with the person's present email and name. */
export interface Membership {
  id: string;
  version: number;
  accountId: string;
  userId: string;
  email: string;
  name: string;
  role: Role;
  status: MembershipState['status'];
  managedBy: MembershipState['managedBy'];
  directoryId: string | null;
  directoryUserId: string | null;
  directoryExternalId: string | null;
  emailConflict: boolean;
  createdAt: Date;
}

export const membershipColumns = `m.id, m.version, m.account_id AS "accountId", m.user_id AS "userId", u.email, u.name,
  m.role, m.status, m.managed_by AS "managedBy", m.directory_id AS "directoryId",
  m.directory_user_id AS "directoryUserId", m.directory_external_id AS "directoryExternalId",
  m.email_conflict AS "emailConflict", m.created_at AS "createdAt"`;

/**
 * Locks the membership and its person, so that the state that is published next is the state that is stored: a row
 * read without the lock may be older than what another transaction has just published.
 */
export async function lockMembership(tx: Tx, id: string): Promise<Membership | undefined> {
  const rows = await tx.query<Membership>(
    `SELECT ${membershipColumns} FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.id = $1 FOR UPDATE OF m, u`,
    [id],
  );
  return rows[0];
}

/** As `lockMembership`, by person and account. */
export async function lockMembershipOf(
  tx: Tx,
  accountId: string,
  userId: string,
): Promise<Membership | undefined> {
  const rows = await tx.query<Membership>(
    `SELECT ${membershipColumns} FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.account_id = $1 AND m.user_id = $2 FOR UPDATE OF m, u`,
    [accountId, userId],
  );
  return rows[0];
}

export type NewMembership = Pick<Membership, 'accountId' | 'role' | 'status' | 'managedBy'> &
  Partial<Pick<Membership, 'directoryId' | 'directoryUserId' | 'directoryExternalId'>>;

/**
 * Makes a membership, and the person where the address is new, in one statement; publishes it. Answers undefined where
 * the address belongs to somebody already: use `joinPerson` then. Of two at once, one makes and the other finds.
 */
export async function createPersonWithMembership(
  tx: Tx,
  outbox: Outbox,
  person: { email: string; name: string },
  membership: NewMembership,
): Promise<Membership | undefined> {
  const userId = newId('user');
  const made = asMade(userId, person, membership);
  const rows = await tx.query<{ createdAt: Date }>(
    `WITH person AS (
       INSERT INTO users (id, email, name) VALUES ($3, $10, $11) ON CONFLICT (email) DO NOTHING RETURNING id)
     INSERT INTO memberships (id, version, account_id, user_id, role, status, managed_by, directory_id, directory_user_id, directory_external_id)
     SELECT $1, $2::bigint, $4, person.id, $5, $6, $7, $8, $9, $12 FROM person
     RETURNING created_at AS "createdAt"`,
    [
      made.id,
      made.version,
      userId,
      made.accountId,
      made.role,
      made.status,
      made.managedBy,
      made.directoryId,
      made.directoryUserId,
      person.email,
      person.name,
      made.directoryExternalId,
    ],
  );
  if (!rows[0]) return undefined;
  outbox.append(tx, MembershipChanged, toMembershipState(made));
  return { ...made, createdAt: rows[0].createdAt };
}

/** Makes a membership of an existing person and publishes it; undefined where they have one in this account already. */
export async function joinPerson(
  tx: Tx,
  outbox: Outbox,
  person: { id: string; email: string; name: string },
  membership: NewMembership,
): Promise<Membership | undefined> {
  const made = asMade(person.id, person, membership);
  const rows = await tx.query<{ createdAt: Date }>(
    `INSERT INTO memberships (id, version, account_id, user_id, role, status, managed_by, directory_id, directory_user_id, directory_external_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (account_id, user_id) DO NOTHING RETURNING created_at AS "createdAt"`,
    [
      made.id,
      made.version,
      made.accountId,
      made.userId,
      made.role,
      made.status,
      made.managedBy,
      made.directoryId,
      made.directoryUserId,
      made.directoryExternalId,
    ],
  );
  if (!rows[0]) return undefined;
  outbox.append(tx, MembershipChanged, toMembershipState(made));
  return { ...made, createdAt: rows[0].createdAt };
}

function asMade(
  userId: string,
  person: { email: string; name: string },
  membership: NewMembership,
): Membership {
  return {
    directoryId: null,
    directoryUserId: null,
    directoryExternalId: null,
    ...membership,
    id: newId('mem'),
    version: nextVersion(null),
    userId,
    email: person.email,
    name: person.name,
    emailConflict: false,
    createdAt: new Date(),
  };
}

/** Stores and publishes what `change` makes different in a locked membership; a change of nothing does nothing. */
export async function changeMembership(
  tx: Tx,
  outbox: Outbox,
  membership: Membership,
  change: Partial<Membership>,
): Promise<Membership> {
  const isSame = Object.entries(change).every(
    ([key, value]) => membership[key as keyof Membership] === value,
  );
  if (isSame) return membership;
  const after = { ...membership, ...change, version: nextVersion(membership.version) };
  await tx.query(
    `UPDATE memberships SET version = $2, role = $3, status = $4, managed_by = $5, directory_id = $6,
       directory_user_id = $7, directory_external_id = $8, email_conflict = $9 WHERE id = $1`,
    [
      after.id,
      after.version,
      after.role,
      after.status,
      after.managedBy,
      after.directoryId,
      after.directoryUserId,
      after.directoryExternalId,
      after.emailConflict,
    ],
  );
  outbox.append(tx, MembershipChanged, toMembershipState(after));
  return after;
}

/** The state that is published. A directory that no longer governs the member is not named: the gateway would ask it. */
export function toMembershipState(m: Membership): MembershipState {
  const isGoverned = m.managedBy === 'directory';
  return {
    id: m.id,
    version: m.version,
    accountId: m.accountId,
    userId: m.userId,
    email: m.email,
    name: m.name,
    role: m.role,
    status: m.status,
    managedBy: m.managedBy,
    directoryId: isGoverned ? m.directoryId : null,
    directoryUserId: isGoverned ? m.directoryUserId : null,
  };
}

/** Publishes the other memberships of a person again, whose name or address has changed. */
export async function republishOthers(
  tx: Tx,
  outbox: Outbox,
  userId: string,
  exceptId: string,
): Promise<void> {
  const rows = await tx.query<Membership>(
    `SELECT ${membershipColumns} FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.user_id = $1 AND m.id <> $2 AND m.status <> 'erased' ORDER BY m.id FOR UPDATE OF m`,
    [userId, exceptId],
  );
  for (const membership of rows) {
    const version = nextVersion(membership.version);
    await tx.query(`UPDATE memberships SET version = $2 WHERE id = $1`, [membership.id, version]);
    outbox.append(tx, MembershipChanged, toMembershipState({ ...membership, version }));
  }
}
