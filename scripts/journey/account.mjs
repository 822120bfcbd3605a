import { eventually, expectStatus, Person } from './client.mjs';

/** The operator makes an account, and its owner accepts the invitation. */
export async function beginAccount(report, { url, operator, run }) {
  const email = `owner-${run}@example.test`;
  const made = await report.step('The operator makes an account on the Enterprise plan', async () => {
    const body = {
      name: `Journey ${run}`,
      slug: `journey-${run}`,
      plan: 'enterprise',
      owner: { email, name: 'Olga Owner' },
    };
    const answer = expectStatus(await operator('POST', '/api/v1/accounts', body), 201);
    return [
      `account ${answer.body.id}, slug ${answer.body.slug}; a link for its owner, shown once`,
      answer.body,
    ];
  });
  const owner = new Person(url);
  const password = `owner-${run}-passphrase`;
  await report.step('The owner accepts the invitation and is signed in', async () => {
    await accept(owner, made.invitationUrl, 'Olga Owner', password);
    const granted = await eventually(async () => expectStatus(await owner.authorize(made.slug), 200));
    return `/authorize 200, role ${granted.headers.get('x-gatehouse-role')}`;
  });
  return { account: made, owner };
}

/** The owner invites somebody whom the identity provider knows too; so far, they sign in by a password. */
export async function inviteMember(report, world, account, owner, name) {
  const person = await world.hire(name, world.domains[0]);
  await report.step(`The owner invites ${name}, who accepts with a password`, async () => {
    const path = `/api/v1/accounts/${account.id}/members`;
    const made = expectStatus(await owner.call('POST', path, { email: person.email, role: 'member' }), 201);
    person.localPassword = `${name}-local-passphrase`;
    await accept(
      person.browser,
      made.body.invitationUrl,
      `${person.firstName} Journey`,
      person.localPassword,
    );
    const granted = await eventually(async () =>
      expectStatus(await person.browser.authorize(account.id), 200),
    );
    return `/authorize 200, role ${granted.headers.get('x-gatehouse-role')}`;
  });
  return person;
}

async function accept(browser, invitationUrl, name, password) {
  const token = new URL(invitationUrl).hash.slice(1);
  const body = { token, name, password };
  await eventually(async () =>
    expectStatus(await browser.call('POST', '/auth/invitations/accept', body), 200),
  );
  await eventually(async () => expectStatus(await browser.session(), 200));
}

/** A domain is claimed, proved by a TXT record, and enabled. */
export async function provedDomain(report, { idp }, account, owner, name) {
  const path = `/api/v1/accounts/${account.id}/domains`;
  const domain = await report.step(`The owner enters the domain ${name}`, async () => {
    const answer = await eventually(async () => expectStatus(await owner.call('POST', path, { name }), 201));
    return [
      `status ${answer.body.status}; to prove: TXT ${answer.body.proof.name} "${answer.body.proof.value}"`,
      answer.body,
    ];
  });
  await report.step('Without the record it is not verified; with it, it is', async () => {
    const verify = () => owner.call('POST', `${path}/${domain.id}/verify`);
    expectStatus(await verify(), 409, 'domain_not_verified');
    expectStatus(
      await idp('POST', '/api/dns', { name: domain.proof.name, type: 'TXT', value: domain.proof.value }),
      201,
    );
    const answer = await eventually(async () => expectStatus(await verify(), 200));
    return `409 domain_not_verified, then status ${answer.body.status}`;
  });
  await report.step('The owner enables it for single sign-on', async () => {
    const answer = expectStatus(await owner.call('POST', `${path}/${domain.id}/enable`), 200);
    return `status ${answer.body.status}`;
  });
  return domain;
}
