import {
  Strategy,
  ValidateInResponseTo,
  type Profile,
  type SAML,
  type VerifiedCallback,
} from '@node-saml/passport-saml';
import { usableCertificates, type ResolvedOptions } from './options.js';
import { SamlRefusal, type SamlReason } from './refusal.js';

/** What node-saml asks about a request ID: the time of issue, or null for one that is not to be answered. */
export type RequestTime = (requestId: string) => string | null;

interface Settings {
  readonly now: number;
  readonly requestTime?: RequestTime;
  /** ID of the request to make. */
  readonly requestId?: string;
}

/** A strategy for one message, set as strictly as node-saml can be. */
export function strictStrategy(
  options: ResolvedOptions,
  { now, requestTime = () => null, requestId }: Settings,
): Strategy {
  return new Strategy(
    {
      issuer: options.entityId,
      audience: options.entityId,
      callbackUrl: options.acsUrl,
      entryPoint: options.idp.ssoUrl,
      logoutUrl: options.idp.sloUrl ?? options.idp.ssoUrl,
      idpIssuer: options.idp.entityId,
      idpCert: usableCertificates(options, now),
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: options.wantResponseSigned,
      validateInResponseTo: options.allowUnsolicited
        ? ValidateInResponseTo.ifPresent
        : ValidateInResponseTo.always,
      requestIdExpirationPeriodMs: 10 * 60_000,
      acceptedClockSkewMs: options.clockSkewMs,
      maxAssertionAgeMs: 5 * 60_000,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      identifierFormat: null,
      disableRequestedAuthnContext: true,
      // The POST binding carries plain base64 (SAML bindings §3.5.4), the redirect binding deflates.
      skipRequestCompression: options.idp.ssoBinding === 'post',
      ...(requestId === undefined ? {} : { generateUniqueId: () => requestId }),
      cacheProvider: {
        saveAsync: (_key, value) => Promise.resolve({ value, createdAt: now }),
        getAsync: (key) => Promise.resolve(requestTime(key)),
        // node-saml removes the ID that unsigned input names, also after a failed validation: the request row is
        // consumed by its owner, after all checks.
        removeAsync: () => Promise.resolve(null),
      },
    },
    (profile: Profile | null, done: VerifiedCallback) => done(null, profile ?? undefined),
    (_profile: Profile | null, done: VerifiedCallback) =>
      done(new Error('A logout message is not taken here.')),
  );
}

/** The SAML object of a strategy, for what passport-saml does not hand through. */
export function samlOf(strategy: Strategy): SAML {
  if (strategy._saml === undefined) throw new TypeError('the strategy has no SAML object');
  return strategy._saml;
}

const reasons: readonly (readonly [RegExp, SamlReason, string])[] = [
  [/^InResponseTo is missing/, 'unsolicited', 'The response answers no request of ours.'],
  [
    /InResponseTo/,
    'in_response_to_unknown',
    'The response answers a request that is not open. Start the sign-in again.',
  ],
  [
    /signature|signed data|references|ref URI|Referenced node/i,
    'signature_invalid',
    "The signature does not match the certificates of this connection. Fetch the identity provider's metadata again.",
  ],
  [/audience/i, 'audience_mismatch', 'The audience is not our entity ID.'],
  [
    /not yet valid|expired|too old|Error parsing|subject confirmation/i,
    'time_invalid',
    'The assertion is too old, or not valid yet. Compare the clocks of the identity provider and of this server.',
  ],
];

/** Names what node-saml threw; it has messages and no codes. */
export function asRefusal(error: unknown): SamlRefusal {
  if (error instanceof SamlRefusal) return error;
  const text = error instanceof Error ? error.message : '';
  const [, code, hint] = reasons.find(([pattern]) => pattern.test(text)) ?? [
    undefined,
    'response_invalid' as const,
    'The response could not be verified.',
  ];
  return new SamlRefusal(code, hint, { hint });
}
