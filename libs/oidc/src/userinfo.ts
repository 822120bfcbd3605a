import type { OidcConnectionOptions } from './options.js';
import { refuse } from './refusal.js';

export type Claims = Readonly<Record<string, unknown>>;

const PERSON = ['email', 'email_verified', 'name', 'given_name', 'family_name', 'groups'] as const;

/**
 * The claims about the person: those of the ID token, completed by userinfo where it has no address. Userinfo never
 * replaces what was signed, and must speak of the same subject (OpenID Connect Core 1.0 §5.3.2).
 * @throws OidcRefusal
 */
export async function completeClaims(
  options: OidcConnectionOptions,
  claims: Claims,
  accessToken: string | null,
): Promise<Claims> {
  if (claims['email'] !== undefined || options.userinfoEndpoint === null || accessToken === null)
    return claims;
  const userinfo = await fetchUserinfo(options, options.userinfoEndpoint, accessToken);
  if (userinfo['sub'] !== claims['sub'])
    refuse('userinfo_subject_mismatch', {
      expected: String(claims['sub']),
      received: String(userinfo['sub']),
      hint: 'The userinfo endpoint spoke of another person than the ID token.',
    });
  const added = PERSON.filter((name) => claims[name] === undefined && userinfo[name] !== undefined).map(
    (name) => [name, userinfo[name]],
  );
  return { ...claims, ...(Object.fromEntries(added) as Claims) };
}

async function fetchUserinfo(
  options: OidcConnectionOptions,
  endpoint: string,
  accessToken: string,
): Promise<Claims> {
  try {
    const answer = await options.fetch(endpoint, {
      headers: { authorization: `Bearer ${accessToken}` },
      accept: 'application/json',
      maxBytes: 65_536,
      timeoutMs: 5_000,
    });
    const document: unknown = answer.status === 200 ? answer.json() : undefined;
    if (typeof document === 'object' && document !== null && !Array.isArray(document))
      return document as Claims;
  } catch {
    // Answered below.
  }
  return refuse('userinfo_failed', {
    expected: 'a JSON object',
    hint: 'The userinfo endpoint did not answer with claims. Let the provider put the email address into the ID token.',
  });
}
