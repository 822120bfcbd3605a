import { X509Certificate } from 'node:crypto';

/** Which attribute names each field; where one is not given, the usual names are tried. */
export interface AttributeMapping {
  /** Names the stable identity in place of the NameID. */
  readonly id?: string;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly groups?: string;
}

export interface SamlConnectionOptions {
  readonly connectionId: string;
  /** Ours: issuer of our requests and audience of assertions. */
  readonly entityId: string;
  readonly acsUrl: string;
  /** Ours: where logout requests arrive. */
  readonly sloUrl?: string;
  readonly idp: {
    readonly entityId: string;
    readonly ssoUrl: string;
    readonly ssoBinding: 'redirect' | 'post';
    readonly sloUrl?: string | null;
    /** PEM, one certificate each. */
    readonly certificates: readonly string[];
  };
  readonly wantResponseSigned: boolean;
  readonly allowUnsolicited: boolean;
  readonly attributeMapping?: AttributeMapping;
  /** Milliseconds, at most 60,000. Default 60,000. */
  readonly clockSkewMs?: number;
  /** Some identity providers go on signing with a certificate whose time is over. Default false. */
  readonly acceptExpiredCertificates?: boolean;
}

export type ResolvedOptions = Required<Omit<SamlConnectionOptions, 'sloUrl'>> & {
  readonly sloUrl: string | undefined;
};

/**
 * Fills defaults and refuses what would turn checks off: node-saml takes a clock skew of -1 as "no time checks", and NaN
 * makes every comparison false.
 * @throws TypeError
 */
export function resolveOptions(options: SamlConnectionOptions): ResolvedOptions {
  const { clockSkewMs = 60_000 } = options;
  if (!Number.isInteger(clockSkewMs) || clockSkewMs < 0 || clockSkewMs > 60_000) {
    throw new TypeError('clockSkewMs must be between 0 and 60,000');
  }
  for (const [name, value] of Object.entries({
    connectionId: options.connectionId,
    entityId: options.entityId,
    acsUrl: options.acsUrl,
    'idp.entityId': options.idp.entityId,
    'idp.ssoUrl': options.idp.ssoUrl,
  })) {
    if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is required`);
  }
  if (options.idp.certificates.length === 0) throw new TypeError('idp.certificates is required');
  return {
    ...options,
    sloUrl: options.sloUrl,
    clockSkewMs,
    attributeMapping: options.attributeMapping ?? {},
    acceptExpiredCertificates: options.acceptExpiredCertificates ?? false,
    // Parsed once and printed again, so that node-saml gets single, well-formed PEMs.
    idp: {
      ...options.idp,
      certificates: options.idp.certificates.map((pem) => new X509Certificate(pem).toString()),
    },
  };
}

/** The certificates whose signatures count now. */
export function usableCertificates(options: ResolvedOptions, now: number): string[] {
  return options.idp.certificates.filter(
    (pem) => options.acceptExpiredCertificates || Date.parse(new X509Certificate(pem).validTo) > now,
  );
}
