import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate for test servers and identity providers, made per run: nothing but Node is needed to make one. */
export function makeCertificate(
  hostnames: readonly string[],
  options: { rsaBits?: number; /** Milliseconds since 1970. */ notAfter?: number } = {},
): { key: string; cert: string } {
  const { rsaBits } = options;
  const { privateKey, publicKey } =
    rsaBits === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: rsaBits });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  // ecdsa-with-SHA256 (RFC 5758 §3.2), sha256WithRSAEncryption (RFC 4055 §5)
  const algorithm =
    rsaBits === undefined
      ? der(0x30, oid('1.2.840.10045.4.3.2'))
      : der(0x30, oid('1.2.840.113549.1.1.11'), der(0x05));
  const name = der(0x30, der(0x31, der(0x30, oid('2.5.4.3'), der(0x0c, Buffer.from('gatehouse test')))));
  const now = Date.now();
  const names = hostnames.map((host) => der(0x82, Buffer.from(host)));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), createHash('sha256').update(spki).digest().subarray(0, 8)])),
    algorithm,
    name,
    der(0x30, utcTime(now - 3_600_000), utcTime(options.notAfter ?? now + 86_400_000)),
    name,
    spki,
    der(0xa3, der(0x30, der(0x30, oid('2.5.29.17'), der(0x04, der(0x30, ...names))))),
  );
  const signature = sign('sha256', body, privateKey);
  const whole = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** One DER value (X.690 §8.1): tag, length, contents. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length;
  const header = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] => {
    const bytes = [value & 127];
    for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 127) | 128);
    return bytes;
  };
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function utcTime(at: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
