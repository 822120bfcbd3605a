import { failed, passed, type Check } from '../refusal.js';
import { attribute, children, descendants, is, ns, type Element } from '../xml.js';
import type { ResponseContext } from './context.js';

const strongSignatures = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
]);
const strongDigests = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]);
const canonicalizations = new Set([
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
]);
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Signatures stand where SAML puts them, and in the one form that its profile allows (SAML core §5.4). */
export function signaturesAreWellFormed(
  { message }: ResponseContext,
  signable: readonly string[] = ['Response', 'Assertion'],
): Check {
  const signatures = [...descendants(message.root)]
    .map(({ element }) => element)
    .filter((it) => it.localName === 'Signature');
  for (const signature of signatures) {
    const fault = faultOf(signature, message.root, signable);
    if (fault !== undefined) {
      return failed('signature_malformed', {
        expected: "an enveloped signature of the element that it stands in, by the element's ID",
        received: fault,
        hint: 'The signature has a form that SAML does not allow.',
      });
    }
  }
  return passed('signature_malformed', { received: `${signatures.length} signatures` });
}

function faultOf(signature: Element, root: Element, signable: readonly string[]): string | undefined {
  if (!is(signature, ns.signature, 'Signature')) return 'a Signature of another namespace';
  const signed = signature.parentNode as Element;
  if (signed !== root && signed.parentNode !== root) return 'a signature within the content';
  if (children(signed, ns.signature, 'Signature').length > 1) return 'several signatures of one element';
  if (!signable.includes(signed.localName ?? '')) return `a signature of ${signed.localName}`;
  const infos = children(signature, ns.signature, 'SignedInfo');
  const references = infos.flatMap((it) => children(it, ns.signature, 'Reference'));
  if (infos.length !== 1 || references.length !== 1)
    return `${infos.length} SignedInfo, ${references.length} Reference`;
  const id = attribute(signed, 'ID');
  if (!id || attribute(references[0]!, 'URI') !== `#${id}`) return 'a reference to another element';
  return transformFault(infos[0]!, references[0]!);
}

function transformFault(info: Element, reference: Element): string | undefined {
  const transforms = children(reference, ns.signature, 'Transforms').flatMap((it) =>
    children(it, ns.signature, 'Transform'),
  );
  const algorithms = transforms.map((it) => attribute(it, 'Algorithm') ?? '');
  const [first, second] = algorithms;
  if (
    algorithms.length > 2 ||
    first !== enveloped ||
    (second !== undefined && !canonicalizations.has(second))
  ) {
    return `transforms ${algorithms.join(', ')}`;
  }
  // exc-c14n's own parameter is the only child that a transform has here (no XPath, no XSLT).
  const inner = transforms
    .flatMap((it) => [...descendants(it)].slice(1))
    .map(({ element }) => element.localName);
  if (inner.some((name) => name !== 'InclusiveNamespaces')) return `transform with ${inner.join(', ')}`;
  const methods = children(info, ns.signature, 'CanonicalizationMethod').map(
    (it) => attribute(it, 'Algorithm') ?? '',
  );
  if (methods.length !== 1 || !canonicalizations.has(methods[0]!))
    return `canonicalization ${methods.join(', ')}`;
  return undefined;
}

/** SHA-1, MD5 and HMAC are refused wherever they are named; certificates were held to RSA-2048 when they were read. */
export function signaturesAreStrong({ message }: ResponseContext): Check {
  for (const { element } of descendants(message.root)) {
    const allowed = allowedFor(element);
    const algorithm = attribute(element, 'Algorithm') ?? '';
    if (allowed && !allowed.has(algorithm)) {
      return failed('weak_signature', {
        expected: 'RSA with SHA-256 or SHA-512',
        received: algorithm,
        hint: 'Set the signature and digest algorithms to SHA-256 at the identity provider.',
      });
    }
  }
  return passed('weak_signature', { received: 'RSA with SHA-256 or SHA-512' });
}

function allowedFor(element: Element): ReadonlySet<string> | undefined {
  if (element.localName === 'SignatureMethod') return strongSignatures;
  if (element.localName === 'DigestMethod') return strongDigests;
  return undefined;
}

/** Both signatures that the connection asks for are there; whether they are right is node-saml's to say. */
export function signaturesArePresent({ message, options }: ResponseContext): Check {
  const assertion = children(message.root, ns.assertion, 'Assertion')[0];
  const ofAssertion = assertion !== undefined && children(assertion, ns.signature, 'Signature').length === 1;
  const ofResponse = children(message.root, ns.signature, 'Signature').length === 1;
  const received =
    [ofResponse && 'response', ofAssertion && 'assertion'].filter(Boolean).join(' and ') || 'nothing signed';
  if (ofAssertion && (ofResponse || !options.wantResponseSigned))
    return passed('signature_missing', { received });
  return failed('signature_missing', {
    expected: options.wantResponseSigned ? 'response and assertion' : 'assertion',
    received,
    hint: ofAssertion
      ? 'Let the identity provider sign the response too, or turn "response must be signed" off for this connection.'
      : 'Let the identity provider sign the assertion ("Sign assertions").',
  });
}
