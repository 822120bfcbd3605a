import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { application } from './application.js';
import { Control } from './control.js';
import { startDnsResponder } from './dns/responder.js';
import { oidcProvider } from './oidc/provider.js';
import { Directory } from './people/directory.js';
import { seededPeople } from './people/person.js';
import { generateKeys } from './state/keys.js';
import { StateFile } from './state/state-file.js';
import type { State } from './state/state.js';

export interface DemoIdpOptions {
  /** 0 takes any; then `publicUrl` must be left out. */
  port: number;
  /** Holds its state: people, keys, applications. */
  dataDir: string;
  /** Left out, any. */
  dnsPort?: number;
  /** What browsers and Gatehouse see; default `http://localhost:{port}`. */
  publicUrl?: string;
}

export interface DemoIdp {
  url: string;
  /** `127.0.0.1:port`, as `DNS_SERVERS` takes it. */
  dnsAddress: string;
  close(): Promise<void>;
}

/** Starts the demo identity provider of the made-up company Acme on localhost. */
export async function startDemoIdp(options: DemoIdpOptions): Promise<DemoIdp> {
  const port = options.port === 0 ? await anyPort() : options.port;
  const url = (options.publicUrl ?? `http://localhost:${port}`).replace(/\/$/, '');
  const file = await StateFile.open<State>(join(options.dataDir, 'demo-idp.json'), async () => ({
    keys: await generateKeys(),
    people: seededPeople(),
    serviceProviders: [],
    oidcClients: [],
    dns: [],
  }));
  const dns = await startDnsResponder(options.dnsPort || (await anyPort()), () => file.value.dns);
  const control = new Control(file, new Directory(file));
  const app = await application(url, control, oidcProvider(url, file.value));
  const close = async () => {
    await app.close();
    await dns.close();
    await file.saved;
  };
  try {
    // By name: browsers and clients may take either address of it first.
    await app.listen({ port, host: 'localhost' });
  } catch (error) {
    await close();
    throw error;
  }
  return { url, dnsAddress: dns.address, close };
}

async function anyPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
