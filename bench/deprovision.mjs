/**
 * From the answer to a directory's deactivation to the first refused /authorize of that member, through real Kafka, with
 * the four services as processes: BENCH_RATE (100) a second for BENCH_SECONDS (60). `npm run build` first. Prints one JSON
 * line. The members come by SCIM; their sessions are written to the gateway's table, as signing thousands of people in
 * through an identity provider would take longer than the run.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@gatehouse/contracts';
import pg from 'pg';
import { enabledDomain, newDirectory, percentile, round, startBench } from './lib/deployment.mjs';

const rate = Number(process.env.BENCH_RATE ?? 100);
const seconds = Number(process.env.BENCH_SECONDS ?? 60);
/** Not counted: the services' code has been run, and Kafka's, when the clock starts. */
const warmUpSeconds = 2;
const people = rate * (seconds + warmUpSeconds);
const giveUpMs = 5_000;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

const bench = await startBench({ SCIM_RATE_LIMIT: '1000000' });
try {
  await enabledDomain(bench, 'bench.test');
  const directory = await newDirectory(bench);
  const users = await provision(directory);
  await giveSessions(users);
  const results = (await deprovision(directory, users)).slice(rate * warmUpSeconds);
  const times = results.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  const readmitted = await countAdmitted(users);
  const result = {
    bench: 'deprovision',
    perSecond: rate,
    seconds,
    p50: round(percentile(times, 0.5)),
    p95: round(percentile(times, 0.95)),
    p99: round(percentile(times, 0.99)),
    max: round(times.at(-1)),
    missed: results.length - times.length + readmitted,
    target: 'p99 <= 50 ms, 0 missed',
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  agent.destroy();
  await bench.close();
}

async function provision(directory) {
  const users = Array.from({ length: people }, (_, index) => ({ email: `p${index}@bench.test` }));
  const waiting = [...users];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let user = waiting.pop(); user; user = waiting.pop()) {
        const body = {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: user.email,
          displayName: 'Bench',
          emails: [{ value: user.email, primary: true }],
          active: true,
        };
        const answer = await call(directory, 'POST', '/Users', body);
        if (answer.status !== 201) throw new Error(`POST /Users answered ${answer.status} ${answer.body}`);
        user.scimId = JSON.parse(answer.body).id;
      }
    }),
  );
  return users;
}

/** Waits until the gateway knows all members, then writes a session for each. */
async function giveSessions(users) {
  const client = new pg.Client({
    connectionString: bench.databaseUrl,
    options: '-c search_path=auth_gateway',
  });
  await client.connect();
  try {
    const ids = await membersOf(client);
    for (const user of users) {
      const token = randomBytes(32).toString('base64url');
      const sessionId = newId('sess');
      const userId = ids.get(user.email);
      user.cookie = `gh_session=${token}`;
      await client.query(
        `with session as (
           insert into sessions (id, token_hash, user_id, expires_at, address, user_agent)
           values ($1, $2, $3, now() + interval '1 hour', '127.0.0.1', 'bench'))
         insert into session_authentications (id, session_id, user_id, method, domain, authenticated_at)
         values ($4, $1, $3, 'password', 'bench.test', now())`,
        [sessionId, createHash('sha256').update(token).digest('base64url'), userId, newId('auth')],
      );
    }
  } finally {
    await client.end();
  }
}

async function membersOf(client) {
  for (;;) {
    const { rows } = await client.query(
      `select email, user_id from memberships where account_id = $1 and status = 'active' and email_domain = 'bench.test'`,
      [bench.account.id],
    );
    if (rows.length === people) return new Map(rows.map(({ email, user_id: id }) => [email, id]));
    await sleep(200);
  }
}

async function deprovision(directory, users) {
  // The clients' and servers' code is warm, and each decision cached, before the clock runs.
  for (const user of users) {
    const status = await authorize(user);
    if (status !== 200) throw new Error(`${user.email} is not admitted to begin with: ${status}`);
  }
  const start = performance.now();
  return Promise.all(
    users.map(async (user, index) => {
      await sleep(Math.max(0, start + (index * 1000) / rate - performance.now()));
      return one(directory, user);
    }),
  );
}

/** Milliseconds from the answer to the directory until access was refused; undefined where it never was. */
async function one(directory, user) {
  await authorize(user);
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: { active: false } }],
  };
  const answer = await call(directory, 'PATCH', `/Users/${user.scimId}`, body);
  const answeredAt = performance.now();
  if (answer.status >= 300) throw new Error(`PATCH answered ${answer.status} ${answer.body}`);
  for (;;) {
    const status = await authorize(user);
    const ms = performance.now() - answeredAt;
    if (status === 401 || status === 403) return ms;
    if (ms > giveUpMs) return undefined;
    // Asking as fast as can be would take the gateway's time for the event that is waited for.
    await sleep(Math.max(2, ms / 10));
  }
}

async function countAdmitted(users) {
  let admitted = 0;
  for (const user of users) if ((await authorize(user)) === 200) admitted += 1;
  return admitted;
}

async function authorize({ cookie }) {
  const headers = { cookie, 'x-gatehouse-account': bench.account.id };
  return (await send(`${bench.url}/authorize`, { headers })).status;
}

function call(directory, method, path, body) {
  const headers = { authorization: `Bearer ${directory.token}`, 'content-type': 'application/scim+json' };
  return send(directory.baseUrl.replace(/\/$/, '') + path, { method, headers }, JSON.stringify(body));
}

/** `node:http` with kept-alive connections: `fetch` would cost the client as much as the servers. */
function send(url, options, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...options, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
