import { type DnsServer, dnsServer, eventually, hasKafka } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment, ServiceName } from './deployment/deployment.js';
import { startSeparateForSpec } from './deployment/start.js';
import { startStandalone } from './deployment/standalone.js';
import { ownAccount, type OwnAccount } from './examples.fixture.js';
import { directoryOf, enabledDomain, membersOf } from './support/account-of.js';
import { type DirectoryPerson, ScimClient } from './support/scim-client.js';

const PEOPLE = 2_000;
/** Requests at a time, as Entra sends them. */
const LANES = 6;
const isSeparate = process.env.DEPLOYMENT === 'separate';

interface Victim {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

describe.skipIf(isSeparate && !hasKafka())('kill -9 while a directory is synchronised', () => {
  let dns: DnsServer;
  let deployment: Deployment;
  let victims: Victim[];
  let account: OwnAccount;
  let scim: ScimClient;

  beforeAll(async () => {
    // No limit: the point is to lose power while much is under way.
    dns = await dnsServer({});
    ({ deployment, victims } = await start({ SCIM_RATE_LIMIT: '100000', DNS_SERVERS: dns.address }));
    account = await ownAccount(deployment);
    const publish = ({ name, value }: { name: string; value: string }) => dns.set(name, { TXT: [value] });
    await enabledDomain(account, publish, `${account.slug}.test`);
    const { baseUrl, token } = await directoryOf(account);
    scim = new ScimClient(baseUrl, token);
  });
  afterAll(async () => {
    await deployment?.close();
    await dns?.close();
  });

  it(`loses and doubles nothing of ${PEOPLE} people`, { timeout: 240_000 }, async () => {
    const people = Array.from({ length: PEOPLE }, (_, index): DirectoryPerson => ({
      userName: `p${index}@${account.slug}.test`,
      title: `Before ${index}`,
      active: true,
    }));
    let done = 0;
    // One victim after the other, each when its share of the people is through.
    const crashes = (async () => {
      for (const [index, victim] of victims.entries()) {
        const share = ((index + 0.5) / victims.length) * PEOPLE;
        await eventually(() => expect(done).toBeGreaterThanOrEqual(share), { timeoutMs: 200_000 });
        await victim.kill();
        await victim.restart();
      }
    })();
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      for (let index = lane; index < PEOPLE; index += LANES) {
        await work(scim, people[index] as DirectoryPerson, index);
        done += 1;
      }
    });
    await Promise.all([crashes, ...lanes]);
    expect(scim.retries, 'the crashes were felt').toBeGreaterThan(0);

    const listed = await scim.list();
    expect(listed.size).toBe(PEOPLE);
    for (const { userName, title, active } of people)
      expect(listed.get(userName), userName).toMatchObject({ active, title });

    const wanted = sorted(people.filter(({ active }) => active).map(nameAndAddress));
    const gone = sorted(people.filter(({ active }) => !active).map(({ userName }) => userName));
    const members = await eventually(
      async () => {
        const managed = (await membersOf(account)).filter(({ managedBy }) => managedBy === 'directory');
        const active = managed.filter(({ status }) => status === 'active');
        expect(sorted(active.map(({ name, email }) => `${name} <${email}>`))).toEqual(wanted);
        expect(
          sorted(managed.filter(({ status }) => status === 'deprovisioned').map(({ email }) => email)),
        ).toEqual(gone);
        return managed;
      },
      { timeoutMs: 60_000, intervalMs: 500 },
    );
    expect(new Set(members.map(({ email }) => email)).size).toBe(PEOPLE);

    const chain = await account.call('GET', '/audit/verification');
    expect(chain.body).toMatchObject({ intact: true });
  });
});

/** What a directory does with a person in a year: it creates, renames, and deactivates every third of them. */
async function work(scim: ScimClient, person: DirectoryPerson, index: number): Promise<void> {
  await scim.create(person);
  person.title = `After ${index}`;
  await scim.update(person.userName, [
    { op: 'replace', path: 'title', value: person.title },
    { op: 'replace', path: 'displayName', value: nameOf(person) },
  ]);
  if (index % 3 !== 0) return;
  person.active = false;
  await scim.update(person.userName, [{ op: 'replace', path: 'active', value: false }]);
}

const nameOf = ({ title }: DirectoryPerson) => `${title} Person`;
const nameAndAddress = (person: DirectoryPerson) => `${nameOf(person)} <${person.userName}>`;
const sorted = (values: string[]) => values.toSorted();

async function start(env: Record<string, string>): Promise<{ deployment: Deployment; victims: Victim[] }> {
  if (!isSeparate) {
    const deployment = await startStandalone({ ...env, DEMO: '0' });
    return { deployment, victims: [deployment] };
  }
  const deployment = await startSeparateForSpec(env);
  const names: ServiceName[] = ['directory-sync', 'account', 'auth-gateway', 'sso-config'];
  return { deployment, victims: names.map((name) => deployment.service(name)) };
}
