import { authenticateClient } from './client-authentication.js';
import type { OidcConnectionOptions } from './options.js';
import { refuse } from './refusal.js';

export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string | null;
}

/**
 * Redeems the code (RFC 6749 §4.1.3, RFC 7636 §4.5).
 * @throws OidcRefusal; whatever the token endpoint answers, `null` included, is an answer and no crash
 */
export async function redeemCode(
  options: OidcConnectionOptions,
  code: string,
  codeVerifier: string,
): Promise<Tokens> {
  const { headers, fields } = await authenticateClient(options);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: options.redirectUri,
    code_verifier: codeVerifier,
    ...fields,
  }).toString();
  const answer = await options
    .fetch(options.tokenEndpoint, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      accept: 'application/json',
      body,
      maxBytes: 65_536,
      timeoutMs: 5_000,
    })
    .catch((error: unknown) =>
      refuse('token_request_failed', {
        expected: 'an answer of the token endpoint',
        received: error instanceof Error ? error.message : 'no answer',
        hint: 'The token endpoint of the identity provider did not answer as expected.',
      }),
    );
  const document = objectOf(() => answer.json());
  if (answer.status !== 200) {
    const error = typeof document?.['error'] === 'string' ? document['error'] : `status ${answer.status}`;
    refuse('token_request_failed', {
      expected: 'status 200',
      received: error,
      hint:
        error === 'invalid_client'
          ? 'The identity provider does not accept the client id or its secret. Give the present ones.'
          : 'The identity provider did not redeem the code.',
    });
  }
  if (document === undefined)
    refuse('token_response_malformed', {
      expected: 'a JSON object',
      hint: 'The token endpoint did not answer with a JSON object.',
    });
  return tokensOf(document);
}

function tokensOf(document: Record<string, unknown>): Tokens {
  const { id_token: idToken, access_token: accessToken } = document;
  if (typeof idToken !== 'string' || idToken === '')
    refuse('id_token_missing', {
      expected: 'an id_token',
      hint: 'The provider sent no ID token. Let the client ask for the scope openid.',
    });
  return { idToken, accessToken: typeof accessToken === 'string' && accessToken !== '' ? accessToken : null };
}

function objectOf(read: () => unknown): Record<string, unknown> | undefined {
  try {
    const value = read();
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
