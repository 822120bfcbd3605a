import { X509Certificate } from 'node:crypto';
import { SamlRefusal } from '../refusal.js';

export interface Certificate {
  readonly pem: string;
  readonly subject: string;
  /** Colon-separated upper-case hex, as consoles of identity providers show it. */
  readonly sha256Fingerprint: string;
  readonly notAfter: Date;
}

/**
 * Reads one certificate in PEM or as bare base64, the form in which many consoles show it.
 * @throws SamlRefusal `certificate_malformed`, or `certificate_weak` for anything but RSA of 2048 bits or more
 */
export function certificateFromInput(input: string): Certificate {
  if ((input.match(/-----BEGIN/g) ?? []).length > 1) {
    throw new SamlRefusal(
      'certificate_malformed',
      'There are several certificates in one: give each by itself.',
    );
  }
  const base64 = input.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '');
  const certificate = parse(base64);
  const key = certificate.publicKey;
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new SamlRefusal(
      'certificate_weak',
      'The certificate has no RSA key of 2048 bits or more. Make a new signing certificate at the identity provider.',
    );
  }
  return {
    pem: certificate.toString(),
    subject: certificate.subject.replaceAll('\n', ', '),
    sha256Fingerprint: certificate.fingerprint256,
    notAfter: new Date(certificate.validTo),
  };
}

/** Splits a bundle of PEM certificates; node-saml would use only the first of them. */
export function splitBundle(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  return blocks ? [...blocks] : [text];
}

function parse(base64: string): X509Certificate {
  try {
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    // OpenSSL's message helps nobody; said below.
  }
  throw new SamlRefusal(
    'certificate_malformed',
    'This is not a certificate. Paste the X.509 certificate from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.',
  );
}
