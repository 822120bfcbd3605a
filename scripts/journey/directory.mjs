import { bearer, eventually, expectStatus } from './client.mjs';
import { memberOf } from './connection.mjs';
import { signedIn } from './sign-in.mjs';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The IT admin enables SCIM; answers a client such as an identity provider has. */
export async function directory(report, { run }, account, itAdmin) {
  const path = `/api/v1/accounts/${account.id}/directories`;
  const made = await report.step('The IT admin enables SCIM', async () => {
    const answer = expectStatus(
      await itAdmin.call('POST', path, { name: `Journey ${run}`, dialect: 'lenient' }),
      201,
    );
    return [`base URL ${answer.body.baseUrl}`, answer.body];
  });
  return report.step('They make a token for the identity provider, and it is shown once', async () => {
    const answer = expectStatus(await itAdmin.call('POST', `${path}/${made.id}/tokens`, {}), 201);
    const scim = new ScimClient(made.baseUrl, answer.body.token);
    const { body } = expectStatus(await scim.call('GET', '/ServiceProviderConfig'), 200);
    return [`it works: the directory says patch.supported ${body.patch.supported}`, scim];
  });
}

/** Pushes people as Okta does. */
class ScimClient {
  ids = new Map();

  constructor(baseUrl, token) {
    this.send = bearer(baseUrl, token, 'application/scim+json');
    this.baseUrl = baseUrl.replace(/\/$/, '');
  }

  call(method, path, body) {
    return this.send(method, this.baseUrl + path, body);
  }

  async provision({ email, firstName, idpId }) {
    const filter = encodeURIComponent(`userName eq "${email}"`);
    const found = expectStatus(await this.call('GET', `/Users?filter=${filter}&startIndex=1&count=100`), 200);
    if (found.body.totalResults !== 0) throw new Error(`${email} is there already`);
    const user = {
      schemas: [userSchema],
      userName: email,
      externalId: idpId,
      name: { givenName: firstName, familyName: 'Journey' },
      displayName: `${firstName} Journey`,
      emails: [{ value: email, type: 'work', primary: true }],
      active: true,
    };
    const made = expectStatus(await this.call('POST', '/Users', user), 201);
    this.ids.set(email, made.body.id);
    return made.body.id;
  }

  setActive(email, active) {
    const body = { schemas: [patchSchema], Operations: [{ op: 'replace', value: { active } }] };
    return this.call('PATCH', `/Users/${this.ids.get(email)}`, body);
  }

  remove(email) {
    return this.call('DELETE', `/Users/${this.ids.get(email)}`);
  }
}

export async function provisioned(report, _world, account, owner, scim, person) {
  await report.step(`The identity provider pushes ${person.firstName}, who becomes a member`, async () => {
    const id = await eventually(() => scim.provision(person));
    const member = await eventually(async () => {
      const found = await memberOf(owner, account, person.email);
      if (found.status !== 'active') throw new Error(`${person.email} is ${found.status}`);
      return found;
    });
    person.memberId = member.id;
    return `SCIM user ${id} → member ${member.id}, ${member.role}, managed by ${member.managedBy}`;
  });
  return person;
}

/** Access ends with the directory's call: how long after its answer is the next request refused? */
export async function deprovision(report, _world, account, owner, scim, person, how) {
  const name =
    how === 'delete' ? `SCIM DELETE of ${person.firstName}` : `SCIM active:false for ${person.firstName}`;
  await report.step(`${name}: the next request is refused`, async () => {
    expectStatus(await person.browser.authorize(account.id), 200);
    expectStatus(
      how === 'delete' ? await scim.remove(person.email) : await scim.setActive(person.email, false),
      [200, 204],
    );
    const answeredAt = performance.now();
    let asked = 0;
    for (;;) {
      const answer = await person.browser.authorize(account.id);
      asked += 1;
      if (answer.status !== 200) {
        expectStatus(answer, [401, 403], ['deprovisioned', 'session_revoked', 'not_signed_in']);
        const ms = (performance.now() - answeredAt).toFixed(1);
        return `refused ${ms} ms after the directory was answered: ${answer.status} ${answer.body.code} (request ${asked})`;
      }
      if (performance.now() - answeredAt > 10_000) throw new Error('still admitted 10 s later');
    }
  });
  await report.step('The member is deprovisioned, not deleted', async () => {
    const member = await eventually(async () => {
      const found = await memberOf(owner, account, person.email);
      if (found.status !== 'deprovisioned') throw new Error(`${person.email} is ${found.status}`);
      return found;
    });
    return `member ${member.id}, ${member.status}`;
  });
}

/** Re-activation brings the same member back. */
export async function recover(report, world, account, owner, scim, person) {
  await report.step(`SCIM active:true for ${person.firstName} brings the same member back`, async () => {
    expectStatus(await scim.setActive(person.email, true), [200, 204]);
    const member = await eventually(async () => {
      const found = await memberOf(owner, account, person.email);
      if (found.status !== 'active') throw new Error(`${person.email} is ${found.status}`);
      return found;
    });
    if (member.id !== person.memberId)
      throw new Error(`another member: ${member.id} instead of ${person.memberId}`);
    return `member ${member.id}, ${member.role}`;
  });
  await signedIn(report, world, account, person, 'saml');
  await report.step('The audit log has it all, and its chain is whole', async () => {
    const log = expectStatus(await owner.call('GET', `/api/v1/accounts/${account.id}/audit?limit=200`), 200);
    const check = expectStatus(
      await owner.call('GET', `/api/v1/accounts/${account.id}/audit/verification`),
      200,
    );
    if (!check.body.intact) throw new Error(`${check}`);
    return `${log.body.items.length} entries, the latest ${log.body.items[0]?.action}`;
  });
}
