import { createHash } from 'node:crypto';
import { refuse, type Check } from '../refusal.js';
import type { TokenContext } from './context.js';

/** OpenID Connect Core 1.0 §3.1.3.7, 3 to 5: one audience, or an authorized party that is us. */
export function authorizedPartyIsUs({ claims, options }: TokenContext): Check {
  const { aud, azp } = claims;
  const several = Array.isArray(aud) && aud.length > 1;
  const fits = azp === undefined ? !several : azp === options.clientId;
  if (fits) return { code: 'authorized_party_mismatch', ok: true };
  return refuse('authorized_party_mismatch', {
    expected: options.clientId,
    received: typeof azp === 'string' ? azp : 'no azp',
    hint: 'The ID token was made for another client too. Give this client an audience of its own.',
  });
}

/** OpenID Connect Core 1.0 §2: at most 255 characters. */
export function subjectIsUsable({ claims: { sub } }: TokenContext): Check {
  if (typeof sub === 'string' && sub.length > 0 && sub.length <= 255 && !/\p{Cc}/u.test(sub))
    return { code: 'subject_malformed', ok: true };
  return refuse('subject_malformed', {
    expected: '1 to 255 characters',
    hint: 'The ID token has no usable subject.',
  });
}

/** Binds the token to the browser's request (§3.1.3.7, 11). */
export function nonceFits({ claims, started }: TokenContext): Check {
  if (claims['nonce'] === started.nonce) return { code: 'nonce_mismatch', ok: true };
  return refuse('nonce_mismatch', {
    received: claims['nonce'] === undefined ? 'no nonce' : 'another nonce',
    hint: 'The ID token answers another request. Start the sign-in again.',
  });
}

/** §3.1.3.8: optional in the code flow, but if it is there it must fit. */
export function accessTokenFits({ claims, accessToken, algorithm }: TokenContext): Check {
  const expected = claims['at_hash'];
  if (expected === undefined || (accessToken !== null && expected === leftHalf(accessToken, algorithm)))
    return { code: 'at_hash_mismatch', ok: true };
  return refuse('at_hash_mismatch', {
    hint: 'The access token is not the one that belongs to the ID token.',
  });
}

function leftHalf(accessToken: string, algorithm: string): string {
  const bits = /(256|384|512)$/.exec(algorithm)?.[1] ?? '512';
  const digest = createHash(`sha${bits}`).update(accessToken, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

const ENTRA = /^https:\/\/login\.microsoftonline\.(?:com|us)\/([0-9a-f-]{36})\/v2\.0$/i;

/** The tenant of an Entra issuer; undefined for other providers. */
export function entraTenant(issuer: string): string | undefined {
  return ENTRA.exec(issuer)?.[1]?.toLowerCase();
}

/** Entra's subject is of one application; a person is named by tenant and object id, and the tenant must be the issuer's. */
export function tenantFits({ claims, options }: TokenContext): Check {
  const tenant = entraTenant(options.issuer);
  if (tenant === undefined) return { code: 'tenant_mismatch', ok: true };
  const { tid, oid } = claims;
  if (typeof tid === 'string' && tid.toLowerCase() === tenant && typeof oid === 'string' && oid !== '')
    return { code: 'tenant_mismatch', ok: true };
  return refuse('tenant_mismatch', {
    expected: tenant,
    received: typeof tid === 'string' ? tid : 'no tid',
    hint: 'The ID token is not from the tenant of this issuer, or has no object id (oid). Ask for the scope profile.',
  });
}
