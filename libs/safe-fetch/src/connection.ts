import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { buildConnector, Client } from 'undici';
import type { Target } from './target.js';

/** Where a checked address is really dialled. Only tests set it: public addresses can't be served on a test machine. */
export type Dial = (address: string, port: number) => { address: string; port: number };

export interface ConnectionOptions {
  /** PEM certificates that are trusted besides the system's. */
  readonly ca?: string | readonly string[];
  readonly dial?: Dial;
}

/**
 * A client for one request that can connect to the target's checked addresses and nowhere else: the name is never
 * looked up again, so a resolver that changes its answer in between (DNS rebinding) changes nothing. The certificate
 * is checked against the name of the URL.
 */
export function clientFor(target: Target, options: ConnectionOptions): Client {
  const connector = buildConnector({
    allowH2: false,
    timeout: 10_000,
    ...(options.ca === undefined ? {} : { ca: [options.ca].flat().map(String) }),
  });
  const servername = isIP(target.hostname) === 0 ? target.hostname : undefined;
  const connect: buildConnector.connector = (given, callback) => {
    const attempt = (index: number): void => {
      const address = target.addresses[index];
      if (address === undefined) return callback(new Error('no address left'), null);
      const to = options.dial?.(address, target.port) ?? { address, port: target.port };
      connector({ ...given, hostname: to.address, port: String(to.port), servername }, (...result) => {
        const [error, socket] = result;
        if (error !== null && index + 1 < target.addresses.length && isUnreachable(error))
          return attempt(index + 1);
        if (error !== null) return callback(error, null);
        return callback(null, socket satisfies Socket);
      });
    };
    attempt(0);
  };
  // Times are limited as a whole by the caller's signal; undici's own limits would only be further sources of errors.
  return new Client(target.url.origin, {
    connect,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 16_384,
    keepAliveTimeout: 1,
  });
}

/** True where another address of the same host may well answer; a refused certificate is the same on all of them. */
function isUnreachable(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return /^(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/.test(
    code,
  );
}
