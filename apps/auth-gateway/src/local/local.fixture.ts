import {
  AccountCreated,
  type AccountState,
  MembershipChanged,
  type MembershipState,
} from '@gatehouse/contracts';
import { expect } from 'vitest';
import { accountOf, type Answer, Browser, changed, Gateway, memberOf } from '../gateway.fixture.js';

export const PASSWORD = 'four words of mine';
export let gateway: Gateway;
export async function startGateway(): Promise<void> {
  gateway = await Gateway.start();
}

let count = 0;
/** A number that no other account of the spec has. */
export function next(): number {
  count += 1;
  return count;
}

/** An account without single sign-on and an invited member. */
export async function invited(
  change: Partial<MembershipState> = {},
): Promise<{ account: AccountState; member: MembershipState }> {
  const count = next();
  const account = accountOf(`plain${count}`, { plan: 'pro' });
  await gateway.publish(AccountCreated, account);
  const member = memberOf(account, `mia@plain${count}.test`, { status: 'invited', ...change });
  await gateway.publish(MembershipChanged, member);
  return { account, member };
}

/** Accepts as the account service lets it happen: the membership becomes active. */
export async function accept(
  browser: Browser,
  token: string,
  member: MembershipState,
  password: string | undefined = PASSWORD,
): Promise<Answer> {
  const answering = browser.fetch('/auth/invitations/accept', {
    method: 'POST',
    body: { token, name: 'Mia', ...(password === undefined ? {} : { password }) },
  });
  const active = changed(member, { status: 'active' });
  await gateway.publish(MembershipChanged, active);
  return answering;
}

export async function joined(
  change: Partial<MembershipState> = {},
): Promise<{ account: AccountState; member: MembershipState; browser: Browser }> {
  const { account, member } = await invited(change);
  const { token } = await gateway.invite(member);
  const browser = new Browser(gateway.url);
  expect((await accept(browser, token, member)).status).toBe(200);
  return { account, member, browser };
}

export const signIn = (email: string, password: string, headers = {}): Promise<Answer> =>
  new Browser(gateway.url).fetch('/auth/password', { method: 'POST', body: { email, password }, headers });

export async function hasPassword(userId: string): Promise<boolean> {
  return (await gateway.database.query('select from credentials where user_id = $1', [userId])).length > 0;
}
