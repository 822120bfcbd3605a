import dns2 from 'dns2';
import { Resolver } from 'node:dns/promises';
import type { TxtRecord } from '../state/state.js';

// RFC 1035 §4.1.1
const SERVFAIL = 2;
const NXDOMAIN = 3;
/** RFC 1035 §3.3: a character-string holds 255 bytes. */
const STRING_LIMIT = 255;

export interface DnsResponder {
  /** `127.0.0.1:port`, as `DNS_SERVERS` takes it. */
  address: string;
  close(): Promise<void>;
}

/**
 * Answers TXT for the demo's names under .test, which exist nowhere else (RFC 6761 §6.2), from `records`; TXT of every other name
 * is asked of the system's resolvers, so that a real domain can be proved in the demo too.
 */
export async function startDnsResponder(
  port: number,
  records: () => readonly TxtRecord[],
): Promise<DnsResponder> {
  const system = new Resolver({ timeout: 2_000, tries: 2 });
  const server = dns2.createServer({
    udp: true,
    tcp: true,
    handle: (request, send) => {
      const response = dns2.Packet.createResponseFromRequest(request);
      const question = request.questions[0] as { name: string; type?: number } | undefined;
      const name = question?.name.toLowerCase() ?? '';
      const isText = question?.type === dns2.Packet.TYPE.TXT;
      const answered = isUnderTest(name)
        ? answerOwn(name, records())
        : isText
          ? answerForeign(name, system)
          : noSuchName;
      void Promise.resolve(answered).then(({ rcode, texts }) => {
        response.header.rcode = rcode;
        if (isText) response.answers.push(...texts.map((text) => txt(name, text)));
        return send(response);
      });
    },
  });
  await listen(server, port);
  const bound = server.addresses().udp as { port: number };
  return { address: `127.0.0.1:${bound.port}`, close: () => server.close() };
}

type Answer = { rcode: number; texts: string[][] };
const noSuchName: Answer = { rcode: NXDOMAIN, texts: [] };

const isUnderTest = (name: string) => name === 'test' || name.endsWith('.test');

function answerOwn(name: string, records: readonly TxtRecord[]): Answer {
  const texts = records.filter((record) => record.name === name).map(({ value }) => strings(value));
  // A name with records below it exists, without any of its own (RFC 8020).
  const exists = texts.length > 0 || records.some((record) => record.name.endsWith(`.${name}`));
  return exists ? { rcode: 0, texts } : noSuchName;
}

async function answerForeign(name: string, system: Resolver): Promise<Answer> {
  try {
    return { rcode: 0, texts: await system.resolveTxt(name) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENODATA') return { rcode: 0, texts: [] };
    return { rcode: code === 'ENOTFOUND' ? NXDOMAIN : SERVFAIL, texts: [] };
  }
}

function strings(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += STRING_LIMIT)
    parts.push(bytes.toString('utf8', at, at + STRING_LIMIT));
  return parts;
}

function txt(name: string, data: string[]): dns2.Packet.Resource {
  return {
    name,
    type: dns2.Packet.TYPE.TXT,
    class: dns2.Packet.CLASS.IN,
    ttl: 1,
    data,
  } as unknown as dns2.Packet.Resource;
}

/** One port for both transports: a resolver repeats a truncated answer over TCP at the same address. */
async function listen(server: dns2.DnsServer, port: number): Promise<void> {
  const place = { port, address: '127.0.0.1' };
  const failed = new Promise<never>((_resolve, reject) => server.once('error', reject));
  await Promise.race([server.listen({ udp: place, tcp: place }), failed]);
}
