import type { AccountState } from '@gatehouse/contracts';
import type { Database, Tx } from '@gatehouse/database';
import { Problem } from '@gatehouse/service-host';

export interface Account extends AccountState {
  createdAt: string;
}

interface AccountRow {
  id: string;
  version: number;
  name: string;
  slug: string;
  plan: AccountState['plan'];
  enterpriseEndedAt: Date | null;
  enforcement: AccountState['policy']['enforcement'];
  exempt: AccountState['policy']['exempt'];
  jitProvisioning: boolean;
  status: AccountState['status'];
  createdAt: Date;
}

export const accountColumns = `id, version, name, slug, plan, enterprise_ended_at AS "enterpriseEndedAt", enforcement,
  exempt, jit_provisioning AS "jitProvisioning", status, created_at AS "createdAt"`;

export function toAccount(row: AccountRow): Account {
  const { enforcement, exempt, jitProvisioning, createdAt, enterpriseEndedAt, ...same } = row;
  return {
    ...same,
    enterpriseEndedAt: enterpriseEndedAt?.toISOString() ?? null,
    policy: { enforcement, exempt, jitProvisioning },
    createdAt: createdAt.toISOString(),
  };
}

/** The state that is published. */
export function toAccountState({ createdAt: _, ...state }: Account): AccountState {
  return state;
}

/** @throws Problem `not_found` */
export async function getAccount(db: Database | Tx, id: string): Promise<Account> {
  const rows = await db.query<AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE id = $1`, [id]);
  if (!rows[0]) throw new Problem('not_found', 'There is no such account.');
  return toAccount(rows[0]);
}

/** @throws Problem `not_found` where there is none, or it is closed */
export async function getOpenAccount(db: Database | Tx, id: string): Promise<Account> {
  const account = await getAccount(db, id);
  if (account.status !== 'active') throw new Problem('not_found', 'This account was closed.');
  return account;
}

/** The account, locked until the end of the transaction. @throws Problem `not_found` where there is none, or it is closed */
export async function lockOpenAccount(tx: Tx, id: string): Promise<Account> {
  const rows = await tx.query<AccountRow>(
    `SELECT ${accountColumns} FROM accounts WHERE id = $1 AND status = 'active' FOR UPDATE`,
    [id],
  );
  if (!rows[0]) throw new Problem('not_found', 'There is no such account, or it was closed.');
  return toAccount(rows[0]);
}
