import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';

const VALID_YEARS = 10;

/**
 * A self-signed X.509 v3 certificate (RFC 5280) for an RSA key, valid ten years. SAML carries keys in certificates and trusts the
 * bytes alone, so there are no extensions.
 */
export function selfSignedCertificate(privateKeyPem: string, commonName: string, now = new Date()): string {
  const privateKey = createPrivateKey(privateKeyPem);
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), der(0x05)); // sha256WithRSAEncryption
  const name = sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(commonName, 'utf8')))));
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + VALID_YEARS);
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(new Date(now.getTime() - 60_000)), time(until)),
    name,
    createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, privateKey));
  const base64 = sequence(toBeSigned, algorithm, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

const sequence = (...contents: Buffer[]) => der(0x30, ...contents);

/** One DER value (X.690 §8.1): tag, definite length, contents. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = part
      .toString(2)
      .replace(/(?=(.{7})+$)/g, ' ')
      .trim()
      .split(' ');
    bytes.push(
      ...groups.map((group, index) => Number.parseInt(group, 2) | (index < groups.length - 1 ? 0x80 : 0)),
    );
  }
  return der(0x06, Buffer.from(bytes));
}

/** UTCTime, which RFC 5280 §4.1.2.5 requires for years before 2050. */
function time(at: Date): Buffer {
  return der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
