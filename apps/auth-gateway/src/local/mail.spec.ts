import { expect, it } from 'vitest';
import { AccountCreated, MembershipChanged } from '@gatehouse/contracts';
import { createServer, type AddressInfo } from 'node:net';
import { accountOf, Browser, Gateway, memberOf, PUBLIC_URL } from '../gateway.fixture.js';

/** Takes mail as RFC 5321 has it, as far as a client needs to be satisfied. */
async function mailbox(): Promise<{ url: string; mails: string[]; close(): void }> {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let [mail, inData] = ['', false];
    socket.write('220 ready\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (inData && line === '.') {
          mails.push(mail);
          inData = false;
          socket.write('250 taken\r\n');
        } else if (inData) mail += `${line}\n`;
        else if (line === 'DATA') {
          inData = true;
          socket.write('354 go on\r\n');
        } else if (line === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    close: () => server.close(),
  };
}

it('mails a link to choose a new password, to known people only', async () => {
  const smtp = await mailbox();
  const gateway = await Gateway.start({ SMTP_URL: `${smtp.url}?ignoreTLS=true` });
  try {
    const account = accountOf('acme', { plan: 'pro' });
    await gateway.publish(AccountCreated, account);
    const member = memberOf(account, 'mia@acme.test');
    await gateway.publish(MembershipChanged, member);
    const browser = new Browser(gateway.url);
    const ask = (email: string) =>
      browser.fetch('/auth/password/reset-request', { method: 'POST', body: { email } });
    expect((await ask('nobody@acme.test')).status).toBe(202);
    expect((await ask('Mia@acme.test')).status).toBe(202);
    await expect.poll(() => smtp.mails.length).toBe(1);
    const text = smtp.mails[0]!.replaceAll('=\n', '').replaceAll('=3D', '=');
    expect(text).toContain('To: mia@acme.test');
    const token = text.split(`${PUBLIC_URL}/reset#`)[1]?.split(/\s/)[0];
    const reset = await browser.fetch('/auth/password/reset', {
      method: 'POST',
      body: { token, password: 'new words of mine' },
    });
    expect(reset.status).toBe(200);
    expect(await browser.authorize(account.id)).toBe('200');
    expect(smtp.mails).toHaveLength(1);
  } finally {
    await gateway.close();
    smtp.close();
  }
});
