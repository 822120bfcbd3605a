import { newId } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';

export interface Person {
  id: string;
  email: string;
  name: string;
}

/** The person of a canonical address; made where nobody has it. Two at once get the same one. */
export async function findOrMintPerson(tx: Tx, email: string, name: string): Promise<Person> {
  const id = newId('user');
  const made = await tx.query(
    `INSERT INTO users (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING id`,
    [id, email, name],
  );
  if (made.length > 0) return { id, email, name };
  const found = await findPerson(tx, email);
  if (!found) throw new Error('A person was removed while being looked up; try again.');
  return found;
}

export async function findPerson(tx: Tx, email: string): Promise<Person | undefined> {
  const rows = await tx.query<Person>(`SELECT id, email, name FROM users WHERE email = $1`, [email]);
  return rows[0];
}

const isInAnotherAccount = `EXISTS (SELECT 1 FROM memberships o
  WHERE o.user_id = $1 AND o.account_id <> $2 AND o.status NOT IN ('removed', 'erased'))`;

/** Whether somebody is in an account other than this one. */
export async function belongsElsewhere(tx: Tx, userId: string, accountId: string): Promise<boolean> {
  const rows = await tx.query<{ elsewhere: boolean }>(`SELECT ${isInAnotherAccount} AS elsewhere`, [
    userId,
    accountId,
  ]);
  return rows[0]?.elsewhere === true;
}

/**
 * Gives a person the address and name that an account's directory has for them, unless they are in another account
 * too, or the address is somebody else's. Answers whether it did.
 */
export async function changePerson(
  tx: Tx,
  accountId: string,
  person: Person,
  change: { email: string; name: string },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE users SET email = $3, name = $4 WHERE id = $1 AND NOT ${isInAnotherAccount}
       AND NOT EXISTS (SELECT 1 FROM users o WHERE o.email = $3 AND o.id <> $1) RETURNING id`,
    [person.id, accountId, change.email, change.name],
  );
  return rows.length > 0;
}
