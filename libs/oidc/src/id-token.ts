import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTHeaderParameters } from 'jose';
import { CLOCK_TOLERANCE_SECONDS, MAX_TOKEN_AGE_SECONDS, type OidcConnectionOptions } from './options.js';
import { type OidcReason, refuse } from './refusal.js';

export interface IdToken {
  readonly claims: JWTPayload;
  readonly algorithm: string;
}

/**
 * Verifies an ID token's signature, issuer, audience and times (OpenID Connect Core 1.0 §3.1.3.7) by jose.
 * @throws OidcRefusal
 */
export async function verifyIdToken(options: OidcConnectionOptions, token: string): Promise<IdToken> {
  const header = headerOf(token);
  if (!options.idTokenSigningAlgs.includes(header.alg)) {
    refuse('algorithm_not_allowed', {
      expected: options.idTokenSigningAlgs.join(', '),
      received: header.alg,
      hint: 'The ID token is not signed by an algorithm that the provider announced. Choose RS256 or ES256 for this client.',
    });
  }
  if (header.typ !== undefined && !/^(application\/)?jwt$/i.test(header.typ))
    refuse('token_type', {
      expected: 'JWT',
      received: header.typ,
      hint: 'This is a token for another purpose than sign-in.',
    });
  const key = await options.keys.find(options.jwksUri, header);
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [...options.idTokenSigningAlgs],
      issuer: options.issuer,
      audience: options.clientId,
      requiredClaims: ['exp', 'iat', 'sub'],
      maxTokenAge: MAX_TOKEN_AGE_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return { claims: payload, algorithm: header.alg };
  } catch (error) {
    return refuseToken(error, options);
  }
}

function headerOf(token: string): JWTHeaderParameters {
  try {
    const header = decodeProtectedHeader(token);
    if (typeof header.alg === 'string') return header as JWTHeaderParameters;
  } catch {
    // Answered below, like a token without an algorithm.
  }
  return refuse('id_token_malformed', {
    expected: 'a signed JWT',
    hint: 'The ID token is not a signed JSON Web Token.',
  });
}

function refuseToken(error: unknown, options: OidcConnectionOptions): never {
  if (error instanceof errors.JWSSignatureVerificationFailed)
    refuse('signature_invalid', {
      hint: 'The signature of the ID token was not made by a key of the identity provider.',
    });
  if (error instanceof errors.JWTExpired)
    refuse('time_invalid', {
      received: error.message,
      hint: 'The ID token is too old, or a clock is wrong.',
    });
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { code, expected } = claimFailure(error, options);
    const received = error.payload[error.claim];
    refuse(code, {
      ...(expected === undefined ? {} : { expected }),
      received: received === undefined ? 'missing' : JSON.stringify(received),
      hint: `The claim ${error.claim} of the ID token is not as expected.`,
    });
  }
  return refuse('id_token_malformed', { expected: 'a signed JWT', hint: 'The ID token could not be read.' });
}

function claimFailure(
  { claim, reason }: errors.JWTClaimValidationFailed,
  { issuer, clientId }: OidcConnectionOptions,
): { code: OidcReason; expected?: string } {
  if (reason === 'missing' && claim !== 'iss' && claim !== 'aud') return { code: 'claim_missing' };
  if (claim === 'iss') return { code: 'issuer_mismatch', expected: issuer };
  if (claim === 'aud') return { code: 'audience_mismatch', expected: clientId };
  if (claim === 'iat' || claim === 'exp' || claim === 'nbf') return { code: 'time_invalid' };
  return { code: 'claim_missing' };
}
