import type { IncomingHttpHeaders } from 'node:http';

/** Hop by hop (RFC 9110 §7.6.1), or set by the connection to the service itself. */
const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
]);

/** Credentials and claims that only the gateway may make towards a service. */
const OURS = new Set(['authorization', 'cookie', 'forwarded', 'x-real-ip', 'origin', 'x-csrf-token']);

export interface Forwarding {
  /** The client's address, as far as trusted proxies tell it. */
  address: string;
  publicUrl: URL;
  requestId: string;
}

/** The headers that go to a service. `keep` names those of ours that pass as they are. */
export function requestHeaders(
  from: IncomingHttpHeaders,
  forwarding: Forwarding,
  keep: readonly string[] = [],
): Record<string, string | string[]> {
  const named = connectionNames(from.connection);
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(from)) {
    if (
      value === undefined ||
      HOP.has(name) ||
      named.has(name) ||
      name.startsWith('x-gatehouse-') ||
      name.startsWith('x-forwarded-')
    )
      continue;
    if (OURS.has(name) && !keep.includes(name)) continue;
    headers[name] = value;
  }
  headers['x-forwarded-for'] = forwarding.address;
  headers['x-forwarded-host'] = forwarding.publicUrl.host;
  headers['x-forwarded-proto'] = forwarding.publicUrl.protocol.slice(0, -1);
  headers['x-request-id'] = forwarding.requestId;
  return headers;
}

/** The headers that come back. A service sets a cookie only where it is said so. */
export function responseHeaders(
  from: Record<string, string | string[] | undefined>,
  maySetCookie: boolean,
): Record<string, string | string[]> {
  const connection = from['connection'];
  const named = connectionNames(Array.isArray(connection) ? connection.join(',') : connection);
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined || HOP.has(name) || named.has(name)) continue;
    if (name === 'set-cookie' && !maySetCookie) continue;
    headers[name] = value;
  }
  return headers;
}

function connectionNames(value: string | undefined): Set<string> {
  return new Set(
    (value ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  );
}
