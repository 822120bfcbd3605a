import type { Tx } from '@gatehouse/database';

/**
 * People whom an identity provider manages: the domain of their address is enabled in an account with an active
 * connection and enforcement `required`, and they are not exempt there. No password is kept for them.
 * `scope` restricts `m` (memberships) or `d` (domains).
 */
export function managedPeople(scope: string): string {
  return `
    select m.user_id
    from memberships m
    join domains d on d.name = m.email_domain and d.status = 'enabled'
    join accounts a on a.id = d.account_id and a.status = 'active' and a.enforcement = 'required'
    where ${scope} and m.status <> 'erased'
      and exists (select from connections k where k.account_id = a.id and k.status = 'active')
      and not exists (
        select from memberships e
        where e.user_id = m.user_id and e.account_id = a.id and e.status in ('active', 'invited')
          and ((e.role = 'owner' and a.exempt <> 'nobody') or (e.role = 'admin' and a.exempt = 'owners_and_admins')))`;
}

export async function isManaged(tx: Tx, userId: string): Promise<boolean> {
  const [row] = await tx.query<{ managed: boolean }>(
    `select exists (${managedPeople('m.user_id = $1')}) as managed`,
    [userId],
  );
  return row?.managed === true;
}

const LOCK = `hashtextextended('gatehouse:password-writes', 0)`;

/**
 * Held by every transaction that may make somebody managed. They do not wait for each other, only for a password that
 * is being stored, so that none is stored by a transaction that still saw the person as unmanaged.
 */
export async function lockForGovernance(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${LOCK})`);
}

/** Held while a password is stored or used: it waits for changes under way, and what is read afterwards includes them. */
export async function lockForPassword(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${LOCK})`);
}
