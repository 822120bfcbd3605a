import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createSafeFetch, type SafeFetch, type SafeFetchOptions } from './safe-fetch.js';
import { makeCertificate } from './test-certificate.js';

export const publicAddress = '93.184.215.14';
export const otherPublicAddress = '2606:4700::1111';
const certificate = makeCertificate(['idp.example', 'other.example']);

export interface TestServer {
  port: number;
  close(): void;
}

export async function listen(server: Server & { closeAllConnections?(): void }): Promise<TestServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections?.();
    },
  };
}

/** Real servers, TLS and plain, of what the resolver calls `idp.example` and `other.example`; a test sets `handle`. */
export async function startSite() {
  const site = {
    handle: ((_, response) => response.end('hello')) as RequestListener,
    https: { port: 0, close: () => undefined } as TestServer,
    http: { port: 0, close: () => undefined } as TestServer,
    /** A safe-fetch for which the names are public; `dialled` says which checked addresses were connected to. */
    fetching(options: SafeFetchOptions & { names?: Record<string, string[]> } = {}): {
      fetch: SafeFetch;
      dialled: string[];
    } {
      const dialled: string[] = [];
      const names: Record<string, string[]> = {
        'idp.example': [publicAddress],
        'other.example': [otherPublicAddress],
        'internal.example': ['10.0.0.7'],
        ...options.names,
      };
      const fetch = createSafeFetch({
        ca: certificate.cert,
        resolve: async (name) => names[name] ?? Promise.reject(new Error('NXDOMAIN')),
        dial: (address) => {
          dialled.push(address);
          return { address: '127.0.0.1', port: site.https.port };
        },
        ...options,
      });
      return { fetch, dialled };
    },
    close(): void {
      site.https.close();
      site.http.close();
    },
  };
  const listener: RequestListener = (request, response) => site.handle(request, response);
  site.https = await listen(createHttpsServer(certificate, listener));
  site.http = await listen(createHttpServer(listener));
  return site;
}
