import { SamlRefusal } from '../refusal.js';
import { attribute, descendants, is, ns, parseXml, type Element } from '../xml.js';

/** The parts of an HTTP request that the gate reads: `body` as a form parser made it, so that a repeated field is an array. */
export interface PostedForm {
  readonly method: string;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

export interface GatedMessage {
  /** Canonical base64, as node-saml is to read it. */
  readonly base64: string;
  readonly xml: string;
  readonly root: Element;
  readonly relayState: string | undefined;
}

const maxBase64 = 256 * 1024;
const maxElements = 2_000;
const maxAttributes = 5_000;
const maxDepth = 64;

/**
 * What a message has to be before any verification reads it. A JSON body with `{"SAMLResponse":{"length":2e9}}` kills a
 * careless process, thousands of siblings cost seconds, and comments and CDATA split text (CVE-2017-11427 and kin).
 * @throws SamlRefusal
 */
export function byteGate(
  form: PostedForm,
  field: 'SAMLResponse' | 'SAMLRequest' = 'SAMLResponse',
): GatedMessage {
  const { message, relayState } = onlyStrings(form, field);
  const base64 = strictBase64(message);
  const xml = strictUtf8(Buffer.from(base64, 'base64'));
  const root = gateXml(xml, field === 'SAMLResponse' ? 'Response' : 'LogoutRequest');
  return { base64, xml, root, relayState };
}

/** The part of the gate that messages of both bindings pass. @throws SamlRefusal */
export function gateXml(xml: string, rootName: 'Response' | 'LogoutRequest'): Element {
  onlyPlainMarkup(xml);
  fewEnough(xml);
  const root = parseXml(xml);
  if (!is(root, ns.protocol, rootName)) {
    throw refuse('root_unexpected', `The message is not a ${rootName}.`, rootName, root.localName ?? '');
  }
  if (attribute(root, 'Version') !== '2.0') {
    throw refuse(
      'root_unexpected',
      'The message is not of SAML 2.0.',
      '2.0',
      attribute(root, 'Version') ?? 'no Version',
    );
  }
  for (const { depth } of descendants(root)) {
    if (depth > maxDepth)
      throw refuse('message_too_large', 'The message nests too deeply.', `${maxDepth} levels`);
  }
  return root;
}

function onlyStrings(form: PostedForm, field: string): { message: string; relayState: string | undefined } {
  const type = form.contentType?.split(';')[0]?.trim().toLowerCase();
  if (form.method !== 'POST' || type !== 'application/x-www-form-urlencoded') {
    throw refuse(
      'request_malformed',
      'The message did not come by the HTTP-POST binding.',
      'POST, application/x-www-form-urlencoded',
      `${form.method}, ${type ?? 'no content type'}`,
    );
  }
  // Form parsers make objects without a prototype, so that no field can name one: they are not `instanceof Object`.
  const fields: Record<string, unknown> = { ...(typeof form.body === 'object' ? form.body : {}) };
  const message = fields[field];
  const relayState = fields['RelayState'];
  const other = field === 'SAMLResponse' ? 'SAMLRequest' : 'SAMLResponse';
  if (typeof message !== 'string' || other in fields) {
    throw refuse('request_malformed', `The form does not hold one ${field}.`, `one ${field}`);
  }
  if (relayState !== undefined && typeof relayState !== 'string') {
    throw refuse('request_malformed', 'The form holds more than one RelayState.', 'at most one RelayState');
  }
  return { message, relayState };
}

/** RFC 4648 §4 with line breaks, which several identity providers make, and nothing else. */
function strictBase64(message: string): string {
  if (message.length > maxBase64) {
    throw refuse(
      'message_too_large',
      'The message is too large.',
      `${maxBase64} characters`,
      `${message.length} characters`,
    );
  }
  const joined = message.replace(/[\r\n]+/g, '');
  if (joined !== '' && Buffer.from(joined, 'base64').toString('base64') === joined) return joined;
  throw refuse('base64_invalid', 'The message is not base64.', 'base64 (RFC 4648)');
}

/** @throws SamlRefusal `xml_malformed` */
export function strictUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('xml_malformed', 'The message is not UTF-8.', 'UTF-8');
  }
}

function onlyPlainMarkup(xml: string): void {
  const rest = xml.replace(
    /^<\?xml version=(["'])1\.0\1( encoding=(["'])utf-8\3)?( standalone=(["'])(yes|no)\5)?\s*\?>/i,
    '',
  );
  if (/<[!?]/.test(rest)) {
    throw refuse(
      'xml_forbidden',
      'The message has a DOCTYPE, a comment, a processing instruction or CDATA.',
      'elements and text alone',
    );
  }
  if (/&(?!(amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/.test(rest)) {
    throw refuse('xml_forbidden', 'The message refers to an entity.', 'no entities but the five of XML');
  }
  if (!/^\s*</.test(rest)) throw refuse('xml_malformed', 'The message is not XML.', 'XML');
}

function fewEnough(xml: string): void {
  if (count(xml, /<[^/]/g) > maxElements) {
    throw refuse('message_too_large', 'The message has too many elements.', `${maxElements} elements`);
  }
  if (count(xml, /=\s*["']/g) > maxAttributes) {
    throw refuse('message_too_large', 'The message has too many attributes.', `${maxAttributes} attributes`);
  }
}

function count(text: string, pattern: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found += 1;
  return found;
}

function refuse(
  code:
    | 'request_malformed'
    | 'message_too_large'
    | 'base64_invalid'
    | 'xml_forbidden'
    | 'xml_malformed'
    | 'root_unexpected',
  message: string,
  expected: string,
  received?: string,
): SamlRefusal {
  return new SamlRefusal(code, message, { expected, received, hint: message });
}
