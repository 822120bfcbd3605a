import { SamlRefusal } from '../refusal.js';
import { attribute, children, descendants, is, ns, parseXml, type Element } from '../xml.js';
import { certificateFromInput, splitBundle, type Certificate } from './certificate.js';

export interface IdpMetadata {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly ssoBinding: 'redirect' | 'post';
  readonly sloUrl?: string;
  readonly certificates: readonly Certificate[];
  readonly wantAuthnRequestsSigned: boolean;
}

export interface MetadataOptions {
  /** Origins that may be reached by http, for example the demo identity provider's. */
  readonly allowedHttpOrigins?: readonly string[];
}

const maxCharacters = 1_000_000;
const maxElements = 20_000;
const maxCertificates = 10;
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
const bindings = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const;

/**
 * Reads the metadata of one SAML 2.0 identity provider (SAML metadata §2.4.3).
 * @throws SamlRefusal with a message for the admin who gave it
 */
export function parseIdpMetadata(xml: string, options: MetadataOptions = {}): IdpMetadata {
  const entity = onlyEntity(parseDocument(xml));
  const provider = onlyProvider(entity);
  const sso = endpointOf(provider, 'SingleSignOnService', options);
  if (sso === undefined) {
    throw new SamlRefusal(
      'metadata_no_endpoint',
      'The metadata names no SingleSignOnService with the HTTP-Redirect or HTTP-POST binding.',
    );
  }
  return {
    entityId: entityIdOf(entity),
    ssoUrl: sso.url,
    ssoBinding: sso.binding,
    sloUrl: endpointOf(provider, 'SingleLogoutService', options)?.url,
    certificates: signingCertificates(provider),
    wantAuthnRequestsSigned: ['true', '1'].includes(attribute(provider, 'WantAuthnRequestsSigned') ?? ''),
  };
}

function parseDocument(xml: string): Element {
  if (xml.length > maxCharacters)
    throw new SamlRefusal('metadata_malformed', 'The metadata are larger than 1 MB.');
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) {
    throw new SamlRefusal(
      'metadata_malformed',
      'The metadata hold a DOCTYPE, which SAML metadata never need.',
    );
  }
  if ((xml.match(/<[^/!?]/g) ?? []).length > maxElements) {
    throw new SamlRefusal(
      'metadata_malformed',
      'The metadata have too many elements. Give those of one identity provider.',
    );
  }
  try {
    return parseXml(xml.replace(/^\uFEFF/, '').trim());
  } catch {
    throw new SamlRefusal(
      'metadata_malformed',
      'The metadata are not well-formed XML. Give the file as the identity provider offers it, not a page that shows it.',
    );
  }
}

function onlyEntity(root: Element): Element {
  const entities = [...descendants(root)]
    .map(({ element }) => element)
    .filter((it) => is(it, ns.metadata, 'EntityDescriptor'));
  if (entities.length === 1) return entities[0]!;
  throw new SamlRefusal(
    'metadata_entities',
    entities.length === 0
      ? 'These are not SAML metadata: there is no EntityDescriptor.'
      : `The metadata describe ${entities.length} entities. Give those of the one identity provider.`,
  );
}

function entityIdOf(entity: Element): string {
  const entityId = attribute(entity, 'entityID')?.trim() ?? '';
  // SAML core §8.3.6: at most 1024 characters.
  if (entityId !== '' && entityId.length <= 1024) return entityId;
  throw new SamlRefusal('metadata_malformed', 'The EntityDescriptor has no entityID.');
}

function onlyProvider(entity: Element): Element {
  const providers = children(entity, ns.metadata, 'IDPSSODescriptor').filter((it) =>
    (attribute(it, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(protocol),
  );
  if (providers.length === 1) return providers[0]!;
  const ours = children(entity, ns.metadata, 'SPSSODescriptor').length > 0;
  throw new SamlRefusal(
    'metadata_no_identity_provider',
    ours
      ? "These are a service provider's metadata. Give the identity provider's."
      : 'The metadata describe no SAML 2.0 identity provider (IDPSSODescriptor).',
  );
}

function endpointOf(
  provider: Element,
  name: 'SingleSignOnService' | 'SingleLogoutService',
  options: MetadataOptions,
): { url: string; binding: 'redirect' | 'post' } | undefined {
  const services = children(provider, ns.metadata, name);
  for (const binding of ['redirect', 'post'] as const) {
    const service = services.find((it) => attribute(it, 'Binding') === bindings[binding]);
    const url = service && attribute(service, 'Location');
    if (url !== undefined) return { url: checkEndpoint(url, options), binding };
  }
  return undefined;
}

/** People's browsers are sent there: https, or http at an origin that the deployment allows; never `javascript:`. */
export function checkEndpoint(given: string, { allowedHttpOrigins = [] }: MetadataOptions): string {
  const url = URL.parse(given.trim());
  const plain = url !== null && url.username === '' && url.password === '';
  if (
    plain &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && allowedHttpOrigins.includes(url.origin)))
  ) {
    return given.trim();
  }
  throw new SamlRefusal('endpoint_refused', 'An endpoint in the metadata is not an https:// address.', {
    received: given.slice(0, 200),
  });
}

/** Keys of `use="signing"`, and those without `use`, which serve for both (SAML metadata §2.4.1.1). */
function signingCertificates(provider: Element): Certificate[] {
  const texts = children(provider, ns.metadata, 'KeyDescriptor')
    .filter((it) => (attribute(it, 'use') ?? 'signing') === 'signing')
    .flatMap((it) => [...descendants(it)].map(({ element }) => element))
    .filter((it) => is(it, ns.signature, 'X509Data'))
    // Behind the first of an X509Data stands its chain, whose keys sign no messages.
    .flatMap((it) => children(it, ns.signature, 'X509Certificate').slice(0, 1))
    .flatMap((it) => splitBundle(it.textContent ?? ''));
  const certificates = new Map(texts.map(certificateFromInput).map((it) => [it.sha256Fingerprint, it]));
  if (certificates.size === 0) {
    throw new SamlRefusal('metadata_no_certificate', 'The metadata hold no signing certificate.');
  }
  if (certificates.size > maxCertificates) {
    throw new SamlRefusal(
      'metadata_malformed',
      `The metadata hold more than ${maxCertificates} signing certificates.`,
    );
  }
  return [...certificates.values()];
}
