import { createVerify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { identifiersAreUnique } from '../checks/identifiers.js';
import { signaturesAreStrong, signaturesAreWellFormed } from '../checks/signature-form.js';
import { utcTime } from '../checks/times.js';
import { byteGate, gateXml, strictUtf8, type GatedMessage, type PostedForm } from '../gate/byte-gate.js';
import { asRefusal, samlOf, strictStrategy } from '../node-saml.js';
import {
  resolveOptions,
  usableCertificates,
  type ResolvedOptions,
  type SamlConnectionOptions,
} from '../options.js';
import { runChecks, SamlRefusal } from '../refusal.js';
import { attribute, children, ns, textOf } from '../xml.js';

export interface LogoutRequest {
  readonly id: string;
  readonly nameId: string;
  readonly relayState: string | undefined;
}

const maxMessage = 64 * 1024;
const maxAgeMs = 5 * 60_000;

/** SigAlg of the redirect binding (SAML bindings §3.4.4.1): no SHA-1. */
const hashes: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
};

/** Verifies a LogoutRequest of the POST binding. @throws SamlRefusal */
export async function verifyPostedLogout(
  given: SamlConnectionOptions,
  form: PostedForm,
): Promise<LogoutRequest> {
  const options = resolveOptions(given);
  const message = byteGate(form, 'SAMLRequest');
  const now = Date.now();
  if (children(message.root, ns.signature, 'Signature').length !== 1) throw unsigned();
  runChecks(
    [identifiersAreUnique, signaturesAreWellFormedOf, signaturesAreStrong],
    { message, options, now, request: null },
    [],
  );
  await samlOf(strictStrategy(options, { now }))
    .validatePostRequestAsync({ SAMLRequest: message.base64 })
    .catch((error: unknown) => {
      throw asRefusal(error);
    });
  return readRequest(message, options, now);
}

/**
 * Verifies a LogoutRequest of the redirect binding from the raw query: what is verified and what is read are one and the
 * same value, so that a second, differently encoded `SAMLReques%74` has no say. node-saml lets unsigned ones pass.
 * @throws SamlRefusal
 */
export function verifyRedirectedLogout(given: SamlConnectionOptions, rawQuery: string): LogoutRequest {
  const options = resolveOptions(given);
  const now = Date.now();
  const raw = rawParameters(rawQuery);
  const { SAMLRequest, RelayState, SigAlg, Signature } = raw;
  if (SAMLRequest === undefined) throw new SamlRefusal('request_malformed', 'There is no SAMLRequest.');
  if (SigAlg === undefined || Signature === undefined) throw unsigned();
  const signed = [
    `SAMLRequest=${SAMLRequest}`,
    RelayState !== undefined && `RelayState=${RelayState}`,
    `SigAlg=${SigAlg}`,
  ];
  const hash = hashes[decode(SigAlg)];
  if (hash === undefined)
    throw new SamlRefusal('weak_signature', 'The logout request is not signed with RSA and SHA-256.');
  const bytes = Buffer.from(signed.filter((part) => part !== false).join('&'));
  const signature = Buffer.from(decode(Signature), 'base64');
  const genuine = usableCertificates(options, now).some((pem) =>
    createVerify(hash).update(bytes).verify(pem, signature),
  );
  if (!genuine)
    throw new SamlRefusal('signature_invalid', 'The signature of the logout request does not match.');
  const xml = inflate(decode(SAMLRequest));
  const message: GatedMessage = {
    base64: '',
    xml,
    root: gateXml(xml, 'LogoutRequest'),
    relayState: RelayState && decode(RelayState),
  };
  return readRequest(message, options, now);
}

/** Where to send the browser after a logout. */
export async function logoutResponseUrl(
  given: SamlConnectionOptions,
  { id, relayState }: Pick<LogoutRequest, 'id' | 'relayState'>,
): Promise<string | null> {
  if (!given.idp.sloUrl) return null;
  const options = { ...resolveOptions(given), acceptExpiredCertificates: true };
  const saml = samlOf(strictStrategy(options, { now: Date.now() }));
  const request = { ID: id, issuer: options.idp.entityId, nameID: '', nameIDFormat: '' };
  return saml.getLogoutResponseUrlAsync(request, relayState ?? '', {}, true);
}

const signaturesAreWellFormedOf = (context: Parameters<typeof signaturesAreWellFormed>[0]) =>
  signaturesAreWellFormed(context, ['LogoutRequest']);

function readRequest(message: GatedMessage, options: ResolvedOptions, now: number): LogoutRequest {
  const { root, relayState } = message;
  const issuers = children(root, ns.assertion, 'Issuer').map(textOf);
  if (issuers.length !== 1 || issuers[0] !== options.idp.entityId) {
    throw new SamlRefusal(
      'issuer_mismatch',
      "The logout request is not this connection's identity provider's.",
    );
  }
  if (attribute(root, 'Destination') !== options.sloUrl) {
    throw new SamlRefusal('destination_mismatch', `The logout request is not for ${options.sloUrl}.`);
  }
  const issued = utcTime(attribute(root, 'IssueInstant'));
  const end = attribute(root, 'NotOnOrAfter');
  const fresh =
    issued !== undefined &&
    issued <= now + options.clockSkewMs &&
    issued > now - maxAgeMs - options.clockSkewMs;
  if (!fresh || (end !== undefined && (utcTime(end) ?? 0) <= now - options.clockSkewMs)) {
    throw new SamlRefusal('time_invalid', 'The logout request is too old, or of the future.');
  }
  const names = children(root, ns.assertion, 'NameID').map(textOf);
  const id = attribute(root, 'ID');
  if (names.length !== 1 || !names[0] || !id)
    throw new SamlRefusal('subject_malformed', 'The logout request names nobody.');
  return { id, nameId: names[0], relayState };
}

function unsigned(): SamlRefusal {
  return new SamlRefusal('logout_unsigned', 'The logout request is not signed.');
}

const known = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'];

/** The parameters as they were encoded; a name that is given twice, or spelled in an encoded way, is refused. */
function rawParameters(rawQuery: string): Record<string, string | undefined> {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const token of rawQuery.split('&').filter(Boolean)) {
    const [name = '', ...value] = token.split('=');
    const meant = decode(name);
    if (!known.includes(meant)) continue;
    if (name !== meant || meant in found)
      throw new SamlRefusal('request_malformed', `${meant} is given twice, or encoded.`);
    found[name] = value.join('=');
  }
  return found;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', '%20'));
  } catch {
    throw new SamlRefusal('request_malformed', 'The query is not well encoded.');
  }
}

function inflate(base64: string): string {
  try {
    // A few hundred kilobytes of deflate can become hundreds of megabytes (CVE-2026-40988).
    return strictUtf8(inflateRawSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxMessage }));
  } catch {
    throw new SamlRefusal('base64_invalid', 'The message is not deflated, or too large.');
  }
}
