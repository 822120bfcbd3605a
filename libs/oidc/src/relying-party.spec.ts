import { createHash, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OidcConnectionOptions } from './options.js';
import type { OidcReason } from './refusal.js';
import { newAuthorization, OidcRelyingParty, type OidcVerdict } from './relying-party.js';
import { type Answers, startTestProvider } from './test-provider.js';

let provider: Awaited<ReturnType<typeof startTestProvider>>;
beforeAll(async () => {
  provider = await startTestProvider();
});
afterAll(() => provider.close());

interface SignIn {
  answers?: (good: Answers) => void;
  params?: Record<string, unknown>;
  options?: Partial<OidcConnectionOptions>;
  started?: { sameBrowser?: boolean; connection?: 'another' };
  enabledDomains?: string[] | null;
}

/** One sign-in from start to verdict; whatever is not bent is as it must be. */
async function signIn({
  answers,
  params = {},
  options = {},
  started = {},
  enabledDomains = ['acme.test'],
}: SignIn = {}): Promise<OidcVerdict> {
  const authorization = newAuthorization();
  provider.answer(authorization.nonce, answers);
  const store = new Map([
    [authorization.state, { ...authorization, sameBrowser: started.sameBrowser ?? true }],
  ]);
  return new OidcRelyingParty(provider.connection(options)).verifyCallback({
    params: { code: 'code', state: authorization.state, ...params },
    take: async (state) => {
      const row = store.get(state) ?? null;
      store.delete(state);
      return row;
    },
    enabledDomains,
  });
}

describe('the authorization request', () => {
  it("has a state, a nonce, PKCE S256, one redirect URI and keeps the endpoint's own query", async () => {
    const authorization = newAuthorization();
    const url = new URL(
      await new OidcRelyingParty(provider.connection()).start({
        ...authorization,
        loginHint: 'ada@acme.test',
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      response_type: 'code',
      client_id: 'client',
      redirect_uri: 'https://sso.example.com/oidc/conn/callback',
      scope: 'openid email profile',
      state: authorization.state,
      nonce: authorization.nonce,
      login_hint: 'ada@acme.test',
      code_challenge: createHash('sha256').update(authorization.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
  });

  it('is random each time', () => {
    expect(newAuthorization()).not.toEqual(newAuthorization());
    expect(newAuthorization().codeVerifier).toMatch(/^[\w-]{43}$/);
  });
});

describe('a sign-in', () => {
  it('names the person by subject, with a canonical address', async () => {
    const verdict = await signIn();
    expect(verdict).toMatchObject({
      ok: true,
      identity: { subject: 'ada', subjectIsEmail: false, email: 'ada@acme.test', firstName: 'Ada' },
    });
    expect(verdict.checks.every((check) => check.ok)).toBe(true);
  });

  it.each<[string, SignIn]>([
    ['a client secret in the form', { options: { tokenAuthMethod: 'client_secret_post' } }],
    [
      'an iss parameter that is announced and exact',
      {
        options: { issParameterSupported: true },
        params: {
          get iss() {
            return provider.issuer;
          },
        },
      },
    ],
    [
      'several audiences with us as authorized party',
      { answers: (good) => Object.assign(good.claims, { aud: ['client', 'api'], azp: 'client' }) },
    ],
    ['email_verified as a string', { answers: (good) => (good.claims['email_verified'] = 'true') }],
    ['no email_verified at all', { answers: (good) => (good.claims['email_verified'] = undefined) }],
    ['no at_hash', { answers: (good) => (good.claims['at_hash'] = undefined) }],
    ['no key id where there is one key', { answers: (good) => (good.header['kid'] = undefined) }],
    ['an address that only userinfo has', { answers: (good) => (good.claims['email'] = undefined) }],
    [
      'a test of the connection alone, from another domain',
      { enabledDomains: null, answers: (good) => (good.claims['email'] = 'ada@other.test') },
    ],
  ])('is accepted with %s', async (_case, change) => {
    expect(await signIn(change)).toMatchObject({ ok: true });
  });

  const claim = (name: string, value: unknown) => ({
    answers: (good: Answers) => void (good.claims[name] = value),
  });
  const header = (name: string, value: unknown) => ({
    answers: (good: Answers) => void (good.header[name] = value),
  });
  const token = (idToken: (token: string) => string) => ({
    answers: (good: Answers) => void (good.idToken = idToken),
  });
  const body = (tokenBody: string) => ({ answers: (good: Answers) => void (good.tokenBody = tokenBody) });
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each<[string, OidcReason, SignIn]>([
    ['a parameter that comes twice', 'parameters_malformed', { params: { code: ['a', 'b'] } }],
    ['no state', 'state_missing', { params: { state: '' } }],
    ['a state that was never given out', 'state_unknown', { params: { state: 'made-up' } }],
    [
      "a state that is the name of an object's own member",
      'state_unknown',
      { params: { state: '__proto__' } },
    ],
    ['another browser', 'browser_mismatch', { started: { sameBrowser: false } }],
    ['another issuer in iss', 'issuer_parameter_mismatch', { params: { iss: 'https://evil.test' } }],
    [
      'no iss though it is announced',
      'issuer_parameter_mismatch',
      { options: { issParameterSupported: true } },
    ],
    [
      'an error of the provider',
      'provider_error',
      { params: { error: 'server_error', error_description: '<script>' } },
    ],
    ['a person who declined', 'access_denied', { params: { error: 'access_denied' } }],
    ['no code', 'code_missing', { params: { code: '' } }],
    [
      'a token endpoint that refuses',
      'token_request_failed',
      {
        answers: (good) => Object.assign(good, { tokenStatus: 401, tokenBody: '{"error":"invalid_client"}' }),
      },
    ],
    ['a token response of null', 'token_response_malformed', body('null')],
    ['a token response that is a list', 'token_response_malformed', body('[]')],
    ['a token response that is no JSON', 'token_response_malformed', body('<html>')],
    [
      'a token response of 70 KB',
      'token_request_failed',
      body(JSON.stringify({ id_token: 'x'.repeat(70_000) })),
    ],
    ['no ID token', 'id_token_missing', body('{"access_token":"at"}')],
    ['an ID token that is an object', 'id_token_missing', body('{"id_token":{"length":3}}')],
    ['an ID token of one part', 'id_token_malformed', body('{"id_token":"x"}')],
    ['a signed payload of null', 'id_token_malformed', { answers: (good) => (good.payload = 'null') }],
    [
      'alg none',
      'algorithm_not_allowed',
      token((good) => [part({ alg: 'none' }), good.split('.')[1], ''].join('.')),
    ],
    [
      'HMAC keyed with what is public',
      'algorithm_not_allowed',
      {
        answers: (good) =>
          Object.assign(good, {
            signingKey: new TextEncoder().encode(provider.publicKeyPem()),
            header: { alg: 'HS256' },
          }),
      },
    ],
    [
      'a changed payload',
      'signature_invalid',
      token((good) =>
        [good.split('.')[0], part({ ...decodeJwt(good), sub: 'root' }), good.split('.')[2]].join('.'),
      ),
    ],
    ['an access token in place of an ID token', 'token_type', header('typ', 'at+jwt')],
    ['a logout token in place of an ID token', 'token_type', header('typ', 'logout+jwt')],
    ['an unknown key id', 'key_unknown', header('kid', 'nobody')],
    ['another issuer', 'issuer_mismatch', claim('iss', 'https://evil.test')],
    ['no issuer', 'issuer_mismatch', claim('iss', undefined)],
    ['another audience', 'audience_mismatch', claim('aud', 'another-client')],
    ['no audience', 'audience_mismatch', claim('aud', undefined)],
    [
      'several audiences and no authorized party',
      'authorized_party_mismatch',
      claim('aud', ['client', 'api']),
    ],
    ['another authorized party', 'authorized_party_mismatch', claim('azp', 'api')],
    ['no subject', 'claim_missing', claim('sub', undefined)],
    ['an empty subject', 'subject_malformed', claim('sub', '')],
    ['a subject of 256 characters', 'subject_malformed', claim('sub', 'x'.repeat(256))],
    ['no issue time', 'claim_missing', claim('iat', undefined)],
    ['no expiry', 'claim_missing', claim('exp', undefined)],
    [
      'an expired token',
      'time_invalid',
      { answers: (good) => Object.assign(good.claims, { exp: inSeconds(-61) }) },
    ],
    [
      'a token from the future',
      'time_invalid',
      { answers: (good) => Object.assign(good.claims, { iat: inSeconds(120) }) },
    ],
    [
      'a token made long ago',
      'time_invalid',
      { answers: (good) => Object.assign(good.claims, { iat: inSeconds(-400) }) },
    ],
    ['another nonce', 'nonce_mismatch', claim('nonce', 'another')],
    ['no nonce', 'nonce_mismatch', claim('nonce', undefined)],
    ["another access token's hash", 'at_hash_mismatch', claim('at_hash', 'AAAAAAAAAAAAAAAAAAAAAA')],
    [
      'userinfo about another person',
      'userinfo_subject_mismatch',
      {
        answers: (good) => {
          good.claims['email'] = undefined;
          good.userinfo = { sub: 'eve', email: 'ada@acme.test' };
        },
      },
    ],
    [
      'userinfo of null',
      'userinfo_failed',
      {
        answers: (good) => {
          good.claims['email'] = undefined;
          good.userinfo = null;
        },
      },
    ],
    [
      'no address',
      'email_missing',
      {
        answers: (good) => {
          good.claims['email'] = undefined;
          good.userinfo = { sub: 'ada' };
        },
      },
    ],
    ['an address with a newline', 'email_malformed', claim('email', 'ada@acme.test\n')],
    ['an address in full-width characters', 'email_malformed', claim('email', 'ada@ａcme.test')],
    ['an unverified address', 'email_unverified', claim('email_verified', false)],
    ['an unverified address, as a string', 'email_unverified', claim('email_verified', 'false')],
    ['an address of another domain', 'email_domain_not_enabled', claim('email', 'ada@other.test')],
    ['an address of a subdomain', 'email_domain_not_enabled', claim('email', 'ada@sub.acme.test')],
  ])('is refused with %s: %s', async (_case, code, change) => {
    const verdict = await signIn(change);
    expect(verdict).toMatchObject({ ok: false, code });
    expect(verdict.checks.at(-1)).toMatchObject({ code, ok: false });
  });

  it("is refused where the signature is another key's, with the same key id", async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(await signIn({ answers: (good) => (good.signingKey = privateKey) })).toMatchObject({
      ok: false,
      code: 'signature_invalid',
    });
  });

  it('never lets userinfo replace what was signed', async () => {
    const verdict = await signIn({
      answers: (good) => (good.userinfo = { sub: 'ada', email: 'eve@acme.test' }),
    });
    expect(verdict).toMatchObject({ ok: true, identity: { email: 'ada@acme.test' } });
  });

  it('takes the state before anything else, so that it serves once', async () => {
    const authorization = newAuthorization();
    provider.answer(authorization.nonce);
    const store = new Map([[authorization.state, { ...authorization, sameBrowser: true }]]);
    const party = new OidcRelyingParty(provider.connection());
    const attempt = () =>
      party.verifyCallback({
        params: { code: 'code', state: authorization.state },
        take: async (state) => {
          const row = store.get(state) ?? null;
          store.delete(state);
          return row;
        },
        enabledDomains: null,
      });
    const verdicts = await Promise.all([attempt(), attempt(), attempt()]);
    expect(verdicts.filter((verdict) => verdict.ok)).toHaveLength(1);
    expect(verdicts.filter((verdict) => !verdict.ok && verdict.code === 'state_unknown')).toHaveLength(2);
  });
});

describe('the token request', () => {
  beforeEach(() => provider.requests.splice(0));
  const sent = () => provider.requests.find(({ path }) => path === '/token');

  it('sends the code, the verifier and the redirect URI, with the client form-encoded in the header', async () => {
    await signIn();
    const form = new URLSearchParams(sent()?.body);
    expect(Object.fromEntries(form)).toMatchObject({
      grant_type: 'authorization_code',
      code: 'code',
      redirect_uri: 'https://sso.example.com/oidc/conn/callback',
    });
    expect(form.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(sent()?.headers.authorization?.slice(6) ?? '', 'base64').toString()).toBe(
      'client:s3cret%3A%2F%2B',
    );
    expect(form.has('client_secret')).toBe(false);
  });

  it('signs an assertion where the client has a private key', async () => {
    const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ format: 'pem', type: 'pkcs8' })
      .toString();
    expect(await signIn({ options: { tokenAuthMethod: 'private_key_jwt', secret } })).toMatchObject({
      ok: true,
    });
    const form = new URLSearchParams(sent()?.body);
    expect(decodeJwt(form.get('client_assertion') ?? '')).toMatchObject({
      iss: 'client',
      sub: 'client',
      aud: `${provider.issuer}/token`,
    });
    expect(sent()?.headers.authorization).toBeUndefined();
  });
});

describe('signing keys', () => {
  const jwksRequests = () => provider.requests.filter(({ path }) => path === '/jwks').length;

  it('are fetched once, and once more for a key id that is new, but not for each made-up one', async () => {
    let now = Date.now();
    const shared = provider.connection({}, () => now).keys;
    provider.requests.splice(0);
    expect(await signIn({ options: { keys: shared } })).toMatchObject({ ok: true });
    expect(await signIn({ options: { keys: shared } })).toMatchObject({ ok: true });
    expect(jwksRequests()).toBe(1);

    await provider.rotate();
    now += 31_000;
    expect(await signIn({ options: { keys: shared } })).toMatchObject({ ok: true });
    expect(jwksRequests()).toBe(2);

    for (let i = 0; i < 3; i += 1)
      expect(
        await signIn({ options: { keys: shared }, answers: (good) => (good.header['kid'] = `made-up-${i}`) }),
      ).toMatchObject({ ok: false, code: 'key_unknown' });
    expect(jwksRequests()).toBe(2);
  });

  it('must tell themselves apart where the token names none', async () => {
    await provider.addKeyWithoutIds();
    expect(await signIn({ answers: (good) => (good.header['kid'] = undefined) })).toMatchObject({
      ok: false,
      code: 'key_unknown',
    });
    await provider.rotate();
    expect(await signIn()).toMatchObject({ ok: true });
  });

  it('that cannot be fetched refuse the sign-in', async () => {
    expect(await signIn({ options: { jwksUri: 'http://127.0.0.1:1/jwks' } })).toMatchObject({
      ok: false,
      code: 'keys_unavailable',
    });
  });
});

describe('options that would turn a check off', () => {
  it.each<[string, Partial<OidcConnectionOptions>]>([
    ['no issuer', { issuer: '' }],
    ['no client', { clientId: undefined }],
    ['an unsafe algorithm', { idTokenSigningAlgs: ['RS256', 'none'] }],
    ['HMAC', { idTokenSigningAlgs: ['HS256'] }],
    ['no algorithm', { idTokenSigningAlgs: [] }],
  ])('are refused at construction: %s', (_case, change) => {
    expect(() => new OidcRelyingParty(provider.connection())).not.toThrow();
    expect(() => new OidcRelyingParty(provider.connection(change))).toThrow(TypeError);
  });
});
