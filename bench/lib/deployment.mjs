import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyPorts, startParts } from '../../apps/e2e/dist/deployment/own-parts.js';
import { startSeparate } from '../../apps/e2e/dist/deployment/separate.js';
import { bearer, eventually, expectStatus, Person } from '../../scripts/journey/client.mjs';

/** The four services as processes on a real Kafka and Postgres, with one Enterprise account and its signed-in owner. */
export async function startBench(env = {}) {
  const parts = await startParts();
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const closers = [() => rm(dataDir, { recursive: true, force: true }), () => parts.close()];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const deployment = await startSeparate({
      ...parts,
      ports: await anyPorts(),
      dataDir,
      env: { LOG_LEVEL: 'warn', ...env },
    });
    closers.push(() => deployment.close());
    const { account, owner } = await beginAccount(deployment);
    return { ...deployment, databaseUrl: parts.databaseUrl, account, owner, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function beginAccount({ url, demo }) {
  const operator = bearer(url, demo.operatorToken);
  const body = {
    name: 'Bench',
    slug: 'bench',
    plan: 'enterprise',
    owner: { email: 'owner@example.test', name: 'Olga' },
  };
  const account = expectStatus(await operator('POST', '/api/v1/accounts', body), 201).body;
  const owner = new Person(url);
  const accepted = {
    token: new URL(account.invitationUrl).hash.slice(1),
    name: 'Olga',
    password: 'bench-owner-passphrase',
  };
  await eventually(async () =>
    expectStatus(await owner.call('POST', '/auth/invitations/accept', accepted), 200),
  );
  await eventually(async () => expectStatus(await owner.session(), 200));
  await eventually(async () => expectStatus(await owner.authorize(account.id), 200));
  return { account, owner };
}

/** An enabled domain of the account. */
export async function enabledDomain({ account, owner, demo }, name) {
  const path = `/api/v1/accounts/${account.id}/domains`;
  const domain = await eventually(async () => expectStatus(await owner.call('POST', path, { name }), 201));
  const { id, proof } = domain.body;
  const record = { name: proof.name, type: 'TXT', value: proof.value };
  expectStatus(await bearer(demo.idp.url)('POST', '/api/dns', record), 201);
  await eventually(async () => expectStatus(await owner.call('POST', `${path}/${id}/verify`), 200));
  await eventually(async () => expectStatus(await owner.call('POST', `${path}/${id}/enable`), 200));
}

/** A directory of the account, and its token. */
export async function newDirectory({ account, owner }) {
  const path = `/api/v1/accounts/${account.id}/directories`;
  const { body } = await eventually(async () =>
    expectStatus(await owner.call('POST', path, { name: 'Bench', dialect: 'lenient' }), 201),
  );
  const { token } = expectStatus(await owner.call('POST', `${path}/${body.id}/tokens`, {}), 201).body;
  return { ...body, token };
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

export function median(numbers) {
  return percentile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );
}

export const round = (number, digits = 1) => Number(number.toFixed(digits));
