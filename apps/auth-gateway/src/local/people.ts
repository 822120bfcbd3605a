import { emailDomain } from '@gatehouse/contracts';
import type { Database, Tx } from '@gatehouse/database';

/** The person of an address; undefined where none, or where a rename is under way and two rows disagree. */
export async function personOf(database: Database | Tx, email: string): Promise<string | undefined> {
  const rows = await database.query<{ user_id: string }>(
    "select distinct user_id from memberships where email = $1 and status in ('active', 'invited', 'deprovisioned')",
    [email],
  );
  return rows.length === 1 ? rows[0]?.user_id : undefined;
}

/** Whether people of this address's domain are to sign in through their organisation. Tells no more than discovery does. */
export async function domainRequiresSso(database: Database, email: string): Promise<boolean> {
  const [row] = await database.query<{ required: boolean }>(
    `select exists (
       select from domains d join accounts a on a.id = d.account_id
       where d.name = $1 and d.status = 'enabled' and a.status = 'active' and a.enforcement = 'required'
         and exists (select from connections k where k.account_id = a.id and k.status = 'active')) as required`,
    [emailDomain(email)],
  );
  return row?.required === true;
}
