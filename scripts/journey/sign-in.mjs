import { createRemoteJWKSet, jwtVerify } from 'jose';
import { eventually, expectStatus, Person } from './client.mjs';

/** From the activation on, members must come through the identity provider; the owner may still enter another way. */
export async function enforced(report, { url }, account, owner, mia) {
  await report.step('Mia’s password session is no longer enough', async () => {
    const answer = await eventually(async () =>
      expectStatus(await mia.browser.authorize(account.id), [401, 403]),
    );
    return `/authorize ${answer.status} ${answer.body.code}`;
  });
  await report.step('Her password is deleted; she cannot sign in by it', async () => {
    const body = { email: mia.email, password: mia.localPassword };
    const answer = await eventually(async () =>
      expectStatus(await new Person(url).call('POST', '/auth/password', body), [401, 403]),
    );
    return `${answer.status} ${answer.body.code}`;
  });
  await report.step('The owner is exempt, and still enters', async () => {
    const answer = expectStatus(await owner.authorize(account.id), 200);
    return `/authorize 200, role ${answer.headers.get('x-gatehouse-role')}`;
  });
}

/** Signs a member in by email and through the identity provider, and asks as a reverse proxy would. */
export async function signedIn(report, { url }, account, person, protocol) {
  await report.step(
    `${person.firstName} enters an email address and signs in through the identity provider (${protocol.toUpperCase()})`,
    async () => {
      person.browser = new Person(url);
      const discovered = await eventually(async () => {
        const answer = expectStatus(
          await person.browser.call('POST', '/auth/discover', { email: person.email }),
          200,
        );
        if (answer.body.method !== 'sso') throw new Error(`${answer}`);
        return answer;
      });
      const page = await person.browser.signInAt(new URL(discovered.body.url, url).href, person);
      const session = await eventually(
        async () => expectStatus(await person.browser.session(), 200),
        8000,
      ).catch((error) => {
        throw new Error(`${error.message}; the last page was ${page.url} (${page.status})`);
      });
      const [authentication] = session.body.authentications.slice(-1);
      return `signed in as ${session.body.user.email} by ${authentication.method}`;
    },
  );
  await report.step('An application behind the gateway is told who it is', async () => {
    const answer = await eventually(async () =>
      expectStatus(await person.browser.authorize(account.id), 200),
    );
    const jwks = createRemoteJWKSet(new URL('/.well-known/jwks.json', url));
    const { payload, protectedHeader } = await jwtVerify(answer.headers.get('x-gatehouse-token'), jwks, {
      audience: 'gatehouse:application',
    });
    person.userId = answer.headers.get('x-gatehouse-user');
    if (payload.sub !== person.userId)
      throw new Error(`the token is about ${payload.sub}, the header about ${person.userId}`);
    return `/authorize 200: ${answer.headers.get('x-gatehouse-email')}, ${answer.headers.get('x-gatehouse-role')}; its ${protectedHeader.alg} token verifies by JWKS`;
  });
}
