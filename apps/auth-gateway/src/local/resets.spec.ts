import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MembershipChanged } from '@gatehouse/contracts';
import { digest, newSecret } from '../browser/tokens.js';
import { type Answer, Browser, memberOf } from '../gateway.fixture.js';
import { gateway, hasPassword, joined, next, signIn, startGateway } from './local.fixture.js';

beforeAll(startGateway);
afterAll(() => gateway.close());

describe('choosing a new password', () => {
  async function resetToken(userId: string, expires = "interval '1 hour'"): Promise<string> {
    const token = newSecret();
    await gateway.database.query(
      `insert into password_resets (token_hash, user_id, expires_at) values ($1, $2, clock_timestamp() + ${expires})`,
      [digest(token), userId],
    );
    return token;
  }
  const reset = (token: string, password: string): Promise<Answer> =>
    new Browser(gateway.url).fetch('/auth/password/reset', { method: 'POST', body: { token, password } });

  it('ends all sessions of the person and works once', async () => {
    const { account, member, browser } = await joined();
    const token = await resetToken(member.userId);
    expect((await reset(token, 'brand new words here')).status).toBe(200);
    expect(await browser.authorize(account.id)).toBe('401 session_revoked');
    expect((await reset(token, 'brand new words here')).code).toBe('link_invalid');
    expect((await signIn(member.email, 'brand new words here')).status).toBe(200);
  });

  it('is refused after an hour, and to people whom an identity provider manages', async () => {
    const { member } = await joined();
    expect(
      (await reset(await resetToken(member.userId, "interval '-1 second'"), 'brand new words here')).code,
    ).toBe('link_expired');
    const count = next();
    const { account } = await gateway.enterprise(`reset${count}`, `reset${count}.test`);
    const managed = memberOf(account, `mia@reset${count}.test`);
    await gateway.publish(MembershipChanged, managed);
    expect((await reset(await resetToken(managed.userId), 'brand new words here')).code).toBe('sso_managed');
    expect(await hasPassword(managed.userId)).toBe(false);
  });

  it('answers every address alike, and limits how often', async () => {
    const { member } = await joined();
    const ask = (email: string): Promise<Answer> =>
      new Browser(gateway.url).fetch('/auth/password/reset-request', { method: 'POST', body: { email } });
    const answers = [await ask(member.email), await ask('nobody@nowhere.test')];
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [202, undefined],
      [202, undefined],
    ]);
    for (let n = 0; n < 2; n += 1) await ask(member.email);
    expect((await ask(member.email)).code).toBe('rate_limited');
  });
});
