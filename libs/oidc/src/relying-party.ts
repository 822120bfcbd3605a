import { canonicalEmail } from '@gatehouse/contracts';
import { randomBytes } from 'node:crypto';
import type { CheckOf, StartedAuthorization } from './checks/context.js';
import { callbackChecks, personChecks, tokenChecks } from './checks/index.js';
import { entraTenant } from './checks/token.js';
import { verifyIdToken } from './id-token.js';
import { checkOptions, type OidcConnectionOptions } from './options.js';
import { type Check, OidcRefusal, type OidcReason, refuse } from './refusal.js';
import { runStrategy, SafeOpenIDConnectStrategy, type StartInput } from './strategy.js';
import { redeemCode } from './token-request.js';
import { completeClaims, type Claims } from './userinfo.js';

export interface OidcIdentity {
  /** The provider's stable name for the person: `sub`, or tenant and object id at Entra. */
  readonly subject: string;
  /** Whether the subject is an email address, which may pass to another person one day. */
  readonly subjectIsEmail: boolean;
  /** Canonical. */
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly name: string | null;
  readonly groups: readonly string[];
  /** Everything that the provider said, for showing in a test. */
  readonly claims: Claims;
}

export type OidcVerdict =
  | {
      readonly ok: true;
      readonly identity: OidcIdentity;
      readonly authTime: Date | null;
      readonly checks: readonly Check[];
    }
  | {
      readonly ok: false;
      readonly code: OidcReason;
      readonly detail: string;
      readonly checks: readonly Check[];
    };

export interface CallbackInput {
  /** The parsed query of a GET, or form of a POST: whatever the other side made of it. */
  readonly params: unknown;
  /** Takes the stored authorization: it is gone afterwards, whatever comes of the sign-in. Null where there is none for this connection. */
  readonly take: (state: string) => Promise<StartedAuthorization | null>;
  /** Domains enabled for this account's connection; null tests the connection alone. */
  readonly enabledDomains: readonly string[] | null;
}

/** Fresh random values of one authorization request: 256 bits each. */
export function newAuthorization(): Pick<StartInput, 'state' | 'nonce' | 'codeVerifier'> {
  const random = (): string => randomBytes(32).toString('base64url');
  return { state: random(), nonce: random(), codeVerifier: random() };
}

/** One connection to an OpenID provider, as its relying party. */
export class OidcRelyingParty {
  private readonly options: OidcConnectionOptions;

  /** @throws TypeError for options that would turn a check off */
  constructor(options: OidcConnectionOptions) {
    this.options = checkOptions(options);
  }

  /** The address of the authorization request. */
  async start(input: StartInput): Promise<string> {
    const outcome = await runStrategy(new SafeOpenIDConnectStrategy<never>(this.options, { start: input }));
    if ('url' in outcome) return outcome.url;
    throw new TypeError('The strategy made no request.');
  }

  /** Verifies the answer; a refusal is an answer too, with the checks that were made up to it. */
  async verifyCallback(input: CallbackInput): Promise<OidcVerdict> {
    const callback = (): Promise<OidcVerdict> => this.verdict(input);
    const outcome = await runStrategy(new SafeOpenIDConnectStrategy<OidcVerdict>(this.options, { callback }));
    if ('verdict' in outcome) return outcome.verdict;
    throw new TypeError('The strategy gave no verdict.');
  }

  private async verdict(input: CallbackInput): Promise<OidcVerdict> {
    const checks: Check[] = [];
    try {
      return { ok: true, ...(await this.verify(input, checks)), checks };
    } catch (error) {
      if (!(error instanceof OidcRefusal)) throw error;
      checks.push({ code: error.code, ok: false, ...error.details });
      return { ok: false, code: error.code, detail: error.message, checks };
    }
  }

  /** The order is the point: state first, then the issuer, then what the provider says, then what it signed. */
  private async verify({ params, take, enabledDomains }: CallbackInput, checks: Check[]) {
    const { options } = this;
    const received = stringParameters(params);
    const started = await takeAuthorization(received, take);
    checks.push({ code: 'state_unknown', ok: true }, { code: 'browser_mismatch', ok: true });
    runChecks(callbackChecks, { options, params: received }, checks);
    const { idToken, accessToken } = await redeemCode(
      options,
      received.get('code') ?? '',
      started.codeVerifier,
    );
    checks.push({ code: 'token_request_failed', ok: true });
    const { claims, algorithm } = await verifyIdToken(options, idToken);
    checks.push(...VERIFIED_BY_JOSE.map((code) => ({ code, ok: true })));
    runChecks(tokenChecks, { options, started, claims, algorithm, accessToken }, checks);
    const person = await completeClaims(options, claims, accessToken);
    runChecks(personChecks, { options, claims: person, enabledDomains }, checks);
    return { identity: this.identityOf(person), authTime: timeOf(person['auth_time']) };
  }

  private identityOf(claims: Claims): OidcIdentity {
    const email = canonicalEmail(String(claims['email'])) ?? '';
    const tenant = entraTenant(this.options.issuer);
    const subject = tenant === undefined ? String(claims['sub']) : `${tenant}:${String(claims['oid'])}`;
    return {
      subject,
      subjectIsEmail: canonicalEmail(subject) === email,
      email,
      firstName: textOf(claims['given_name']),
      lastName: textOf(claims['family_name']),
      name: textOf(claims['name']),
      groups: Array.isArray(claims['groups'])
        ? claims['groups'].filter((group) => typeof group === 'string')
        : [],
      claims,
    };
  }
}

const VERIFIED_BY_JOSE = [
  'signature_invalid',
  'issuer_mismatch',
  'audience_mismatch',
  'time_invalid',
] as const;

/** A parameter that came twice is an array, or an object by brackets: nothing that we sent for comes so. */
function stringParameters(params: unknown): Map<string, string> {
  if (typeof params !== 'object' || params === null) return new Map();
  const entries = Object.entries(params as Record<string, unknown>);
  const odd = entries.find(([, value]) => typeof value !== 'string');
  if (odd)
    refuse('parameters_malformed', {
      expected: 'each parameter once',
      received: odd[0],
      hint: 'The answer of the identity provider repeats a parameter.',
    });
  return new Map(entries as [string, string][]);
}

async function takeAuthorization(
  params: ReadonlyMap<string, string>,
  take: CallbackInput['take'],
): Promise<StartedAuthorization> {
  const state = params.get('state');
  if (!state)
    refuse('state_missing', {
      expected: 'the state that was sent',
      hint: 'Start the sign-in here, not at the identity provider.',
    });
  const started = await take(state);
  if (!started)
    refuse('state_unknown', {
      hint: 'This sign-in was used already, has expired, or was never started here. Start again.',
    });
  if (!started.sameBrowser)
    refuse('browser_mismatch', {
      hint: 'The sign-in was started in another browser. Start and finish it in one.',
    });
  return started;
}

function runChecks<C>(list: readonly CheckOf<C>[], context: C, checks: Check[]): void {
  for (const check of list) checks.push(check(context));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 256) : null;
}

function timeOf(value: unknown): Date | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 1e11
    ? new Date(value * 1000)
    : null;
}
