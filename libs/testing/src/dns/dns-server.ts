import dns2 from 'dns2';
import { freePort } from '../network/ports.js';

/** A TXT record of several strings (RFC 1035 §3.3.14) is given as an array. */
export type DnsRecords = Record<string, { TXT?: (string | string[])[]; A?: string[]; AAAA?: string[] }>;

export interface DnsServer {
  /** `127.0.0.1:port`, as `DNS_SERVERS` takes it. */
  address: string;
  /** Replaces all records of one name; `{}` makes it an existing name without records. */
  set(name: string, records: DnsRecords[string]): void;
  /** The name no longer exists (NXDOMAIN). */
  remove(name: string): void;
  /** How the server answers: records, or SERVFAIL, or not at all. */
  behave(how: 'answer' | 'servfail' | 'silent'): void;
  close(): Promise<void>;
}

/** A real authoritative DNS server over UDP and TCP, for the names that a test gives. */
export async function dnsServer(records: DnsRecords = {}): Promise<DnsServer> {
  const zone = new Map(Object.entries(records).map(([name, entry]) => [name.toLowerCase(), entry]));
  let behaviour: 'answer' | 'servfail' | 'silent' = 'answer';

  const server = dns2.createServer({
    udp: true,
    tcp: true,
    handle: (request, send) => {
      if (behaviour === 'silent') return;
      const response = dns2.Packet.createResponseFromRequest(request);
      const question = request.questions[0] as { name: string; type?: number } | undefined;
      const entry = question && zone.get(question.name.toLowerCase());
      if (behaviour === 'servfail') response.header.rcode = SERVFAIL;
      else if (!question || !entry) response.header.rcode = NXDOMAIN;
      else response.answers.push(...answersFor(question.name, question.type, entry));
      void send(response);
    },
  });
  // One port number for both transports, because a resolver repeats a truncated answer over TCP at the same address.
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    set: (name, entry) => void zone.set(name.toLowerCase(), entry),
    remove: (name) => void zone.delete(name.toLowerCase()),
    behave: (how) => {
      behaviour = how;
    },
    close: () => server.close(),
  };
}

// RFC 1035 §4.1.1
const SERVFAIL = 2;
const NXDOMAIN = 3;

function answersFor(
  name: string,
  type: number | undefined,
  entry: DnsRecords[string],
): dns2.Packet.Resource[] {
  const { TYPE, CLASS } = dns2.Packet;
  const common = { name, class: CLASS.IN, ttl: 1 };
  const resources =
    type === TYPE.TXT
      ? (entry.TXT ?? []).map((data) => ({ ...common, type: TYPE.TXT, data }))
      : type === TYPE.A
        ? (entry.A ?? []).map((address) => ({ ...common, type: TYPE.A, address }))
        : type === TYPE.AAAA
          ? (entry.AAAA ?? []).map((address) => ({ ...common, type: TYPE.AAAA, address }))
          : [];
  return resources as dns2.Packet.Resource[];
}

async function listen(server: dns2.DnsServer): Promise<number> {
  const port = await freePort();
  const place = { port, address: '127.0.0.1' };
  const failed = new Promise<never>((_resolve, reject) => server.once('error', reject));
  await Promise.race([server.listen({ udp: place, tcp: place }), failed]);
  return port;
}
