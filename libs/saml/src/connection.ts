import type { Profile } from '@node-saml/passport-saml';
import { attributesOf, emailOf, groupsOf, valueOf } from './checks/attributes.js';
import type { AssertionContext, ResponseContext, StartedRequest } from './checks/context.js';
import { assertionChecks, responseChecks } from './checks/index.js';
import { inResponseToOf } from './checks/request.js';
import { subjectOf } from './checks/subject.js';
import { utcTime } from './checks/times.js';
import { byteGate, type PostedForm } from './gate/byte-gate.js';
import { asRefusal, samlOf, strictStrategy } from './node-saml.js';
import { resolveOptions, type ResolvedOptions, type SamlConnectionOptions } from './options.js';
import { failed, passed, runChecks, SamlRefusal, type Check, type SamlReason } from './refusal.js';
import { runStrategy } from './strategy.js';
import { canonicalEmail } from '@gatehouse/contracts';
import { attribute, children, emailFormat, ns, parseXml, textOf, type Element } from './xml.js';

export interface SamlIdentity {
  /** The provider's stable name for the person: the mapped `id`, or the NameID. */
  readonly subject: string;
  /** Whether the subject is an email address, which may pass to another person one day. */
  readonly subjectIsEmail: boolean;
  readonly nameId: string;
  readonly nameIdFormat: string | null;
  /** Canonical. */
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly groups: readonly string[];
  /** Everything that the assertion says, for showing in a test. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** What has to be consumed in one transaction before the identity may be used. */
export interface Consumption {
  /** The request row to delete; null for an unsolicited response. */
  readonly requestId: string | null;
  /** To be inserted as (connection, assertion ID); an existing row is a replay. */
  readonly assertionId: string;
  /** How long the replay row has to stay. */
  readonly keepUntil: Date;
}

export type SamlVerdict =
  | {
      readonly ok: true;
      readonly identity: SamlIdentity;
      readonly consume: Consumption;
      readonly authnInstant: Date;
      readonly sessionNotOnOrAfter: Date | null;
      readonly sessionIndex: string | null;
      readonly checks: readonly Check[];
    }
  | {
      readonly ok: false;
      readonly code: SamlReason;
      readonly detail: string;
      readonly checks: readonly Check[];
    };

export interface VerifyInput extends PostedForm {
  /** Looks up a request that was started and is not consumed; it must not consume it. */
  readonly request: (requestId: string) => Promise<StartedRequest | null>;
  /** Domains enabled for this account's connection; null tests the connection alone. */
  readonly enabledDomains: readonly string[] | null;
}

/** How to send the browser to the identity provider. */
export type SignInStart =
  | { readonly binding: 'redirect'; readonly url: string }
  | { readonly binding: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> };

/** One connection to a SAML identity provider: byte gate → node-saml → own checks; the owner of the rows consumes. */
export class SamlConnection {
  private readonly options: ResolvedOptions;

  /** @throws TypeError for options that would turn a check off */
  constructor(options: SamlConnectionOptions) {
    this.options = resolveOptions(options);
  }

  /** Makes the AuthnRequest. `requestId`: an xs:ID of 128 random bits or more; `relayState`: an opaque handle. */
  async startSignIn({
    requestId,
    relayState,
  }: {
    requestId: string;
    relayState: string;
  }): Promise<SignInStart> {
    // An expired certificate does not keep a request from being made: the response will say it.
    const strategy = strictStrategy(
      { ...this.options, acceptExpiredCertificates: true },
      { now: Date.now(), requestId },
    );
    if (this.options.idp.ssoBinding === 'post') {
      const message = await samlOf(strategy).getAuthorizeMessageAsync(relayState);
      const fields = Object.fromEntries(
        Object.entries(message).map(([name, value]) => [name, String(value)]),
      );
      return { binding: 'post', url: this.options.idp.ssoUrl, fields };
    }
    const outcome = await runStrategy(strategy, { query: { RelayState: relayState }, body: {}, headers: {} });
    if (outcome.kind === 'redirect') return { binding: 'redirect', url: outcome.url };
    throw outcome.kind === 'error' ? outcome.error : new TypeError('the strategy made no request');
  }

  /** Verifies a response; a refusal is an answer, with the checks that were made up to it. */
  async verifyResponse(input: VerifyInput): Promise<SamlVerdict> {
    const checks: Check[] = [];
    try {
      return { ok: true, ...(await this.verify(input, checks)), checks };
    } catch (error) {
      const refusal = error instanceof SamlRefusal ? error : undefined;
      if (refusal === undefined) throw error;
      if (checks.at(-1)?.ok !== false) checks.push(failed(refusal.code, refusal.details));
      return { ok: false, code: refusal.code, detail: refusal.message, checks };
    }
  }

  private async verify(input: VerifyInput, checks: Check[]) {
    const message = byteGate(input);
    checks.push(passed('request_malformed'));
    const requestId = inResponseToOf(message) ?? null;
    const context: ResponseContext = {
      message,
      options: this.options,
      now: Date.now(),
      request: requestId === null ? null : await input.request(requestId),
    };
    runChecks(responseChecks, context, checks);
    const assertion = await this.verifySignatures(context, requestId);
    checks.push(passed('signature_invalid'));
    const verified: AssertionContext = { ...context, assertion, enabledDomains: input.enabledDomains };
    runChecks(assertionChecks, verified, checks);
    return this.outcome(verified, requestId);
  }

  /** node-saml's part. @returns the assertion, parsed from the bytes that were signed */
  private async verifySignatures(context: ResponseContext, requestId: string | null): Promise<Element> {
    const { request, options, now, message } = context;
    const strategy = strictStrategy(options, {
      now,
      requestTime: (id) => (id === requestId && request !== null ? request.issuedAt.toISOString() : null),
    });
    const outcome = await runStrategy<Profile>(strategy, {
      query: {},
      body: { SAMLResponse: message.base64 },
      headers: {},
    });
    const xml = outcome.kind === 'success' ? outcome.user.getAssertionXml?.() : undefined;
    if (xml === undefined)
      throw explained(asRefusal(outcome.kind === 'error' ? outcome.error : undefined), context);
    return parseXml(xml);
  }

  private outcome(context: AssertionContext, requestId: string | null) {
    const { assertion, options } = context;
    const { data } = subjectOf(assertion)!;
    const statements = children(assertion, ns.assertion, 'AuthnStatement');
    const sessionEnds = statements.flatMap((it) => utcTime(attribute(it, 'SessionNotOnOrAfter')) ?? []);
    const expires = utcTime(attribute(data, 'NotOnOrAfter'))!;
    return {
      identity: identityOf(context),
      consume: {
        requestId,
        assertionId: assertionIdOf(assertion),
        keepUntil: new Date(expires + 2 * options.clockSkewMs),
      },
      authnInstant: new Date(utcTime(attribute(statements[0]!, 'AuthnInstant'))!),
      sessionNotOnOrAfter: sessionEnds.length > 0 ? new Date(Math.min(...sessionEnds)) : null,
      sessionIndex: attribute(statements[0]!, 'SessionIndex') ?? null,
    };
  }
}

/** node-saml says that something is wrong; our own checks can say what, of the assertion as it came. */
function explained(refusal: SamlRefusal, context: ResponseContext): SamlRefusal {
  if (refusal.code === 'signature_invalid') return refusal;
  const assertion = children(context.message.root, ns.assertion, 'Assertion')[0];
  if (assertion === undefined) return refusal;
  try {
    runChecks(assertionChecks, { ...context, assertion, enabledDomains: null }, []);
    return refusal;
  } catch (error) {
    return error instanceof SamlRefusal ? error : refusal;
  }
}

function assertionIdOf(assertion: Element): string {
  const id = attribute(assertion, 'ID') ?? '';
  if (id !== '' && id.length <= 512) return id;
  throw new SamlRefusal('response_invalid', 'The assertion has no usable ID.');
}

function identityOf(context: AssertionContext): SamlIdentity {
  const { assertion, options } = context;
  const mapping = options.attributeMapping;
  const { nameId } = subjectOf(assertion)!;
  const name = textOf(nameId)!;
  const subject = valueOf('id', mapping, assertion) ?? name;
  const email = emailOf(context)!;
  const format = attribute(nameId, 'Format') ?? null;
  const isEmail = (mapping.id === undefined && format === emailFormat) || canonicalEmail(subject) === email;
  return {
    // Providers spell one address in several ways.
    subject: isEmail ? (canonicalEmail(subject) ?? subject) : subject,
    subjectIsEmail: isEmail,
    nameId: name,
    nameIdFormat: format,
    email,
    firstName: valueOf('firstName', mapping, assertion) ?? null,
    lastName: valueOf('lastName', mapping, assertion) ?? null,
    groups: groupsOf(mapping, assertion),
    attributes: Object.fromEntries(
      [...attributesOf(assertion)].map(([key, values]) => [key, values.flat().map((it) => it ?? '')]),
    ),
  };
}
