import { eventually, expectStatus, Person } from './client.mjs';

/** The owner generates a link for some domains; the IT admin, who has no login here, opens it. */
export async function openSetupLink(report, { url }, account, owner, domains, purposes) {
  const link = await report.step('The owner generates a link for the IT admin', async () => {
    const body = { domainIds: domains.map(({ id }) => id), purposes };
    const answer = expectStatus(
      await owner.call('POST', `/api/v1/accounts/${account.id}/setup-links`, body),
      201,
    );
    return [
      `${answer.body.url.replace(/#.*/, '#…')} for ${domains.map(({ name }) => name).join(', ')}`,
      answer.body,
    ];
  });
  const itAdmin = new Person(url);
  await report.step('The IT admin opens it, once', async () => {
    const token = new URL(link.url).hash.slice(1);
    const answer = expectStatus(await itAdmin.call('POST', '/api/v1/setup/exchange', { token }), 200);
    itAdmin.csrfToken = answer.body.csrfToken;
    const again = await new Person(url).call('POST', '/api/v1/setup/exchange', { token });
    expectStatus(again, 409, 'link_used');
    return `set-up session for ${answer.body.purposes.join(' and ')}; a second time ${again.status} ${again.body.code}`;
  });
  return itAdmin;
}

/** The IT admin makes a connection, tests it by a real sign-in, and activates it. */
export async function connectBy(protocol, report, world, account, itAdmin, domain) {
  const path = `/api/v1/accounts/${account.id}/connections`;
  const connection = await report.step(
    `The IT admin begins a connection by ${protocol.toUpperCase()}`,
    async () => {
      const body = { protocol, provider: protocol, name: `Journey ${protocol}`, domainIds: [domain.id] };
      const answer = expectStatus(await itAdmin.call('POST', path, body), 201);
      return [`status ${answer.body.status}; ${registrationOf(answer.body)}`, answer.body];
    },
  );
  const own = `${path}/${connection.id}`;
  await report.step('They register Gatehouse there, and give its metadata here', () =>
    protocol === 'saml'
      ? giveSaml(world, itAdmin, own, connection)
      : giveOidc(world, itAdmin, own, connection),
  );
  await report.step('Activation needs a test first', async () => {
    const answer = expectStatus(await itAdmin.call('POST', `${own}/activate`), 409, 'connection_untested');
    return `${answer.status} ${answer.body.code}`;
  });
  await report.step('They test a real sign-in', () => testSignIn(world, itAdmin, own, domain));
  await report.step('They activate the connection', async () => {
    const answer = await eventually(async () =>
      expectStatus(await itAdmin.call('POST', `${own}/activate`), 200),
    );
    return `status ${answer.body.status}`;
  });
}

function registrationOf({ serviceProvider, relyingParty }) {
  return serviceProvider ? `ACS ${serviceProvider.acsUrl}` : `redirect URI ${relyingParty.redirectUri}`;
}

async function giveSaml({ idp, idpUrl }, itAdmin, path, { serviceProvider: { entityId, acsUrl } }) {
  expectStatus(await idp('POST', '/api/saml/service-providers', { entityId, acsUrl }), 201);
  const answer = expectStatus(
    await itAdmin.call('PUT', `${path}/saml`, { metadataUrl: `${idpUrl}/saml/metadata` }),
    200,
  );
  return `understood: ${answer.body.saml.entityId ?? answer.body.saml.idpEntityId}`;
}

async function giveOidc({ idp, idpUrl }, itAdmin, path, { relyingParty: { redirectUri } }) {
  const client = expectStatus(await idp('POST', '/api/oidc/clients', { redirectUri }), 201);
  const { clientId, clientSecret } = client.body;
  const answer = expectStatus(
    await itAdmin.call('PUT', `${path}/oidc`, { issuer: `${idpUrl}/oidc`, clientId, clientSecret }),
    200,
  );
  return `understood: issuer ${answer.body.oidc.issuer}; its secret is not shown: ${answer.body.oidc.clientSecret === undefined}`;
}

async function testSignIn(world, itAdmin, path, domain) {
  const tester = await world.hire(`tester-${domain.id.slice(-6)}`, domain.name);
  const started = await eventually(async () =>
    expectStatus(await itAdmin.call('POST', `${path}/test`), [200, 201]),
  );
  await tester.browser.signInAt(started.body.url, tester);
  const result = await eventually(async () => {
    const answer = expectStatus(await itAdmin.call('GET', `${path}/tests/${started.body.id}`), 200);
    if (answer.body.status === 'pending') throw new Error(`${answer}`);
    return answer;
  });
  if (result.body.status !== 'succeeded') throw new Error(`${result}`);
  const session = await tester.browser.session();
  expectStatus(session, 401, 'not_signed_in');
  return `${result.body.status}, ${result.body.checks.filter(({ ok }) => ok).length} checks passed; it made no session`;
}

/** Once a directory is live, its people are its own to add and remove. */
export async function members(report, world, account, owner, mia, scim) {
  const path = `/api/v1/accounts/${account.id}/members`;
  await report.step('Mia is in the directory too: it adopts her', async () => {
    await scim.provision(mia);
    const member = await eventually(async () => {
      const found = await memberOf(owner, account, mia.email);
      if (found.managedBy !== 'directory') throw new Error(`mia is managed by ${found.managedBy}`);
      return found;
    });
    mia.memberId = member.id;
    return `the same member ${member.id}, now managed by the directory`;
  });
  await report.step('Inviting and removing its people by hand is refused', async () => {
    const invited = await owner.call('POST', path, { email: `x@${world.domains[0]}`, role: 'member' });
    expectStatus(invited, 409, 'directory_managed');
    const removed = await owner.call('DELETE', `${path}/${mia.memberId}`);
    expectStatus(removed, 409, 'directory_managed');
    return `${invited.status} ${invited.body.code}`;
  });
}

/** A member as the account's owner sees them. */
export async function memberOf(owner, account, email) {
  for (let cursor = ''; ;) {
    const path = `/api/v1/accounts/${account.id}/members?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = expectStatus(await owner.call('GET', path), 200);
    const member = body.items.find((item) => item.email === email);
    if (member) return member;
    if (body.nextCursor === null) throw new Error(`${email} is not a member`);
    cursor = body.nextCursor;
  }
}
