import { lookup } from 'node:dns/promises';
import type { Dispatcher } from 'undici';
import { acceptedEncodings, readBody } from './body.js';
import { clientFor, type ConnectionOptions } from './connection.js';
import { SafeFetchError } from './error.js';
import { asSafeFetchError } from './failure.js';
import { checkTarget, type Resolve, type TargetRules } from './target.js';

export interface SafeFetchOptions extends ConnectionOptions {
  /** Origins (`http://127.0.0.1:8081`) that may be private and may use http. Compared exactly. */
  readonly allowedPrivateOrigins?: readonly string[];
  /** Ports of public hosts. Default: 443 only. */
  readonly ports?: readonly number[];
  /** Default: the system's resolver (hosts file included). */
  readonly resolve?: Resolve;
  readonly userAgent?: string;
}

export interface SafeRequest {
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The `Accept` header. */
  readonly accept?: string;
  /** Bytes of the answer, on the wire and unpacked. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Milliseconds for everything: look-up, connection, redirects, the last byte. Default 10,000. */
  readonly timeoutMs?: number;
  /** How many redirects are followed. Default none: an answer that redirects is refused. */
  readonly redirects?: number;
}

export interface SafeResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly body: Buffer;
  text(): string;
  /** @throws SafeFetchError `not_json` */
  json(): unknown;
}

/**
 * @throws SafeFetchError with a reason; a status of 400 and above is an answer, not an error.
 * @throws TypeError only where our own code sets a header that follows from the URL.
 */
export type SafeFetch = (url: string | URL, request?: SafeRequest) => Promise<SafeResponse>;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Headers that say where and how a request goes: they follow from the URL alone. */
const ownHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'upgrade',
]);

/** What may not go to another origin than the one it was meant for. */
const secretHeaders = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * HTTP to addresses that a tenant chose, proof against server-side request forgery: https on allowed ports, public
 * addresses only, connected to the very address that was checked, every redirect checked again, with limits for size,
 * time and decompression. No proxy of the environment is used.
 */
export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const rules = rulesOf(options);
  return async (url, request = {}) => {
    refuseOwnHeaders(request);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), request.timeoutMs ?? 10_000);
    try {
      return await follow(url, request, rules, options, limit.signal);
    } catch (error) {
      throw asSafeFetchError(error, hostOf(url), limit.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  };
}

/**
 * The checks of `createSafeFetch` without a request: for addresses that are stored now and asked later, such as the
 * token endpoint of a discovery document.
 * @throws SafeFetchError
 */
export function createAddressCheck(options: SafeFetchOptions = {}): (url: string) => Promise<void> {
  const rules = rulesOf(options);
  return async (url) => {
    await checkTarget(url, rules);
  };
}

function rulesOf(options: SafeFetchOptions): TargetRules {
  return {
    allowedPrivateOrigins: new Set((options.allowedPrivateOrigins ?? []).map(exactOrigin)),
    ports: new Set(options.ports ?? [443]),
    resolve: options.resolve ?? resolveBySystem,
  };
}

async function follow(
  first: string | URL,
  request: SafeRequest,
  rules: TargetRules,
  options: SafeFetchOptions,
  signal: AbortSignal,
): Promise<SafeResponse> {
  const allowed = request.redirects ?? 0;
  let next: { url: string | URL; request: SafeRequest } = { url: first, request };
  for (let redirects = 0; ; redirects += 1) {
    const answer = await exchange(next.url, next.request, rules, options, signal);
    if (answer.response !== undefined) return answer.response;
    if (allowed === 0) {
      throw new SafeFetchError(
        'redirect_refused',
        `${answer.from.host} redirects elsewhere. Give the address at which the document itself is.`,
      );
    }
    if (redirects === allowed) {
      throw new SafeFetchError(
        'too_many_redirects',
        `${answer.from.host} redirects more than ${allowed} times.`,
      );
    }
    next = { url: answer.to, request: redirected(next.request, answer.status, answer.from, answer.to) };
  }
}

type Exchange = { response: SafeResponse } | { response?: undefined; status: number; from: URL; to: URL };

async function exchange(
  given: string | URL,
  request: SafeRequest,
  rules: TargetRules,
  options: SafeFetchOptions,
  signal: AbortSignal,
): Promise<Exchange> {
  const target = await orAborted(checkTarget(given, rules), signal);
  const client = clientFor(target, options);
  try {
    const answer = await client.request({
      method: request.method ?? 'GET',
      path: target.url.pathname + target.url.search,
      headers: headersOf(request, options),
      body: request.body ?? null,
      signal,
    });
    const headers = flatten(answer.headers);
    const location = headers['location'];
    if (redirectStatuses.has(answer.statusCode) && location !== undefined) {
      return { status: answer.statusCode, from: target.url, to: locationOf(location, target.url) };
    }
    const body = await readBody(answer.body, headers['content-encoding'], request.maxBytes ?? 1_048_576);
    return { response: responseOf(answer, headers, target.url, body) };
  } finally {
    // The answer's socket is of no further use; an unread body ends with it.
    await client.destroy().catch(() => undefined);
  }
}

/** The request that follows a redirect (RFC 9110 §15.4), without what the new origin must not learn. */
function redirected(request: SafeRequest, status: number, from: URL, to: URL): SafeRequest {
  const sameOrigin = from.origin === to.origin;
  const becomesGet = status === 303 || (request.method === 'POST' && (status === 301 || status === 302));
  if (!becomesGet && request.body !== undefined && !sameOrigin) {
    throw new SafeFetchError(
      'redirect_refused',
      `${from.host} redirects a request with a body to another host.`,
    );
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(
      ([name]) =>
        (sameOrigin || !secretHeaders.has(name.toLowerCase())) &&
        !(becomesGet && name.toLowerCase().startsWith('content-')),
    ),
  );
  if (!becomesGet) return { ...request, headers };
  return { ...request, headers, method: request.method === 'HEAD' ? 'HEAD' : 'GET', body: undefined };
}

function locationOf(location: string, base: URL): URL {
  const to = URL.parse(location, base.href);
  if (to !== null) return to;
  throw new SafeFetchError('redirect_refused', `${base.host} redirects to something that is not an address.`);
}

function headersOf(request: SafeRequest, options: SafeFetchOptions): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': options.userAgent ?? 'Gatehouse',
    'accept-encoding': acceptedEncodings,
    accept: request.accept ?? '*/*',
  };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function refuseOwnHeaders(request: SafeRequest): void {
  const own = Object.keys(request.headers ?? {}).find((name) => ownHeaders.has(name.toLowerCase()));
  if (own !== undefined) throw new TypeError(`safe-fetch sets the header ${own} itself`);
}

function responseOf(
  answer: Dispatcher.ResponseData,
  headers: Record<string, string>,
  url: URL,
  body: Buffer,
): SafeResponse {
  return {
    status: answer.statusCode,
    headers,
    url: url.href,
    body,
    text: () => body.toString('utf8'),
    json: () => {
      try {
        return JSON.parse(body.toString('utf8')) as unknown;
      } catch {
        // The parser's own message quotes the body.
        throw new SafeFetchError('not_json', `${url.host} did not answer JSON.`);
      }
    },
  };
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]],
    ),
  );
}

/** A look-up can't be cancelled, but nothing has to wait for it. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new Error('aborted'));
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function resolveBySystem(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true, order: 'ipv4first' });
  return found.map(({ address }) => address);
}

function exactOrigin(origin: string): string {
  const url = URL.parse(origin);
  if (url === null || url.origin === 'null' || url.href !== `${url.origin}/`) {
    throw new TypeError(`not an origin such as http://127.0.0.1:8081: ${origin}`);
  }
  return url.origin;
}

function hostOf(url: string | URL): string {
  return URL.parse(String(url))?.host ?? 'the host';
}
