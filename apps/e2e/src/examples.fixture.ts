import { spawnBound, stopProcess } from '@gatehouse/testing';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Deployment } from './deployment/deployment.js';
import { repository } from './deployment/program.js';

type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

/** One request, as the holder of a cookie or a token sends it. */
export async function send(
  url: string,
  {
    method = 'GET',
    body,
    headers = {},
  }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Json) : { text },
  };
}

export interface SignedIn {
  /** The Cookie header. */
  cookie: string;
  memberId: string;
  email: string;
}

export interface OwnAccount {
  id: string;
  slug: string;
  owner: SignedIn;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Invites somebody, who accepts with a password. */
  join(role: 'member' | 'admin'): Promise<SignedIn>;
}

/** A new account with its signed-in owner, by the public API alone. */
export async function ownAccount({ url, demo }: Deployment): Promise<OwnAccount> {
  const slug = `ex-${randomBytes(4).toString('hex')}`;
  const owner = { email: `owner@${slug}.test`, name: 'Olga Owner' };
  const operator = { authorization: `Bearer ${demo.operatorToken}` };
  const body = { name: 'Examples', slug, plan: 'enterprise', owner };
  const made = await send(`${url}/api/v1/accounts`, { method: 'POST', body, headers: operator });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const id = String(made.body['id']);
  const call = (method: string, path: string, data?: unknown) =>
    send(`${url}/api/v1/accounts/${id}${path}`, { method, body: data, headers: operator });
  const cookie = await accept(url, String(made.body['invitationUrl']), owner.name);
  return {
    ...{ id, slug, call },
    owner: { cookie, memberId: String(made.body['ownerId']), email: owner.email },
    join: async (role) => {
      const email = `${randomBytes(4).toString('hex')}@${slug}.test`;
      const invited = await call('POST', '/members', { email, role });
      if (invited.status !== 201) throw new Error(JSON.stringify(invited.body));
      const memberId = String(invited.body['id']);
      return { cookie: await accept(url, String(invited.body['invitationUrl']), 'Mia'), memberId, email };
    },
  };
}

/** Accepts an invitation once the gateway has heard of it; answers the session's cookie. */
async function accept(url: string, invitationUrl: string, name: string): Promise<string> {
  const body = { token: new URL(invitationUrl).hash.slice(1), name, password: 'examples-are-fun-passphrase' };
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send(`${url}/auth/invitations/accept`, {
      method: 'POST',
      body,
      headers: { origin: url },
    });
    const [cookie] = answer.headers.getSetCookie().filter((each) => each.startsWith('gh_session='));
    if (cookie !== undefined) return cookie.split(';')[0] as string;
    if (attempt > 200) throw new Error(`The invitation was not accepted: ${JSON.stringify(answer.body)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** An example's program, and the lines that it writes. */
export function runExample(
  folder: string,
  command: string,
  args: string[],
  env: Record<string, string> = {},
) {
  const child = spawnBound(command, args, {
    cwd: join(repository, 'examples', folder),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  if (child.stdout) createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    lines,
    /** The lines that are JSON objects. */
    events: () => lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Json),
    stop: () => stopProcess(child),
  };
}
