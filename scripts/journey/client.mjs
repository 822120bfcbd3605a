import { setTimeout as sleep } from 'node:timers/promises';
import { Browser } from './browser.mjs';

/** What a call was answered with. */
export class Answer {
  constructor(method, url, status, headers, body) {
    Object.assign(this, { method, url, status, headers, body });
  }

  toString() {
    const what =
      typeof this.body === 'string' ? this.body.slice(0, 300) : JSON.stringify(this.body).slice(0, 600);
    return `${this.method} ${new URL(this.url).pathname} answered ${this.status} ${what}`;
  }
}

async function toAnswer(method, url, response) {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return new Answer(
    method,
    url,
    response.status,
    response.headers,
    isJson && text !== '' ? JSON.parse(text) : text,
  );
}

function jsonInit(method, body, headers) {
  return {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** Calls with a bearer token, or with nothing. */
export function bearer(base, token, contentType) {
  return async (method, path, body) => {
    const url = new URL(path, base).href;
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body !== undefined && contentType ? { 'content-type': contentType } : {}),
    };
    return toAnswer(method, url, await fetch(url, jsonInit(method, body, headers)));
  };
}

/** A person's browser at Gatehouse; writes carry the Origin and the CSRF token that pages would send. */
export class Person extends Browser {
  csrfToken;

  constructor(base) {
    super();
    this.base = base;
  }

  async call(method, path, body, extra = {}) {
    const url = new URL(path, this.base).href;
    const headers = {
      ...(method === 'GET' ? {} : { origin: this.base }),
      ...(method === 'GET' || !this.csrfToken ? {} : { 'x-csrf-token': this.csrfToken }),
      ...extra,
    };
    return toAnswer(method, url, await this.send(url, jsonInit(method, body, headers)));
  }

  /** Who is signed in here; remembers the CSRF token. */
  async session() {
    const answer = await this.call('GET', '/auth/session');
    if (answer.status === 200) this.csrfToken = answer.body.csrfToken;
    return answer;
  }

  /** What a reverse proxy would ask for a request of this browser. */
  authorize(account) {
    return this.call('GET', '/authorize', undefined, { 'x-gatehouse-account': account });
  }
}

/** Fails unless the answer has one of these statuses (and the problem code, where one is given). */
export function expectStatus(answer, statuses, code) {
  const isExpected =
    [statuses].flat().includes(answer.status) &&
    (code === undefined || [code].flat().includes(answer.body.code));
  if (isExpected) return answer;
  throw new Error(
    `${answer}; expected ${[statuses].flat().join(' or ')}${code ? ` with ${[code].flat().join(' or ')}` : ''}`,
  );
}

/** Tries until it succeeds: an event may be on its way from one service to another. */
export async function eventually(attempt, limitMs = 15_000) {
  const until = performance.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(20);
    }
  }
}
