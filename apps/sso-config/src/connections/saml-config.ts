import type { SamlConfig } from '@gatehouse/contracts';
import { certificateFromInput, parseIdpMetadata, SamlRefusal } from '@gatehouse/saml';
import { Problem, type FieldError } from '@gatehouse/service-host';
import { fetchDocument, type Outbound } from '../outbound.js';
import type { SamlInput } from './connections.operations.js';

type IdentityProvider = Pick<SamlConfig, 'idpEntityId' | 'ssoUrl' | 'ssoBinding' | 'sloUrl' | 'certificates'>;

/**
 * Reads what an admin gave about a SAML identity provider, in one of the three ways.
 * @throws Problem `metadata_invalid`, `fetch_refused` or `invalid_request`
 */
export async function readSamlInput(input: SamlInput, outbound: Outbound): Promise<SamlConfig> {
  return {
    ...(await identityProviderOf(input, outbound)),
    attributeMapping: input.attributeMapping ?? {},
    wantResponseSigned: input.wantResponseSigned ?? true,
    allowUnsolicited: input.allowUnsolicited ?? false,
  };
}

async function identityProviderOf(input: SamlInput, outbound: Outbound): Promise<IdentityProvider> {
  if (input.metadataXml !== undefined) return parseMetadata(input.metadataXml, outbound);
  if (input.metadataUrl === undefined) return byHand(input, outbound);
  const answer = await fetchDocument(outbound, input.metadataUrl, {
    accept: 'application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1',
    maxBytes: 500_000,
    redirects: 3,
  });
  return parseMetadata(answer.text(), outbound);
}

function parseMetadata(xml: string, outbound: Outbound): IdentityProvider {
  try {
    const { entityId, ssoUrl, ssoBinding, sloUrl, certificates } = parseIdpMetadata(xml, {
      allowedHttpOrigins: outbound.allowedPrivateOrigins,
    });
    return {
      idpEntityId: entityId,
      ssoUrl,
      ssoBinding,
      sloUrl: sloUrl ?? null,
      certificates: certificates.map(({ pem }) => pem),
    };
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error;
    throw new Problem('metadata_invalid', error.message, { reason: error.code, ...error.details });
  }
}

function byHand(input: SamlInput, outbound: Outbound): IdentityProvider {
  const errors: FieldError[] = [];
  const { ssoUrl = '', sloUrl = null, certificates = [] } = input;
  if (!isBrowserAddress(ssoUrl, outbound)) errors.push({ pointer: '/ssoUrl', detail: addressExpected });
  if (sloUrl !== null && !isBrowserAddress(sloUrl, outbound)) {
    errors.push({ pointer: '/sloUrl', detail: addressExpected });
  }
  const pems = certificates.map((given, index) => {
    const pem = readCertificate(given);
    if (typeof pem !== 'string') errors.push({ pointer: `/certificates/${index}`, detail: pem.refused });
    return typeof pem === 'string' ? pem : '';
  });
  if (errors.length > 0) {
    throw new Problem('invalid_request', 'The identity provider cannot be used as it was entered.', {
      errors,
    });
  }
  return {
    idpEntityId: input.entityId ?? '',
    ssoUrl,
    ssoBinding: 'redirect',
    sloUrl,
    certificates: [...new Set(pems)],
  };
}

const addressExpected = 'must be an https:// address';

/** The browser is sent there, so that a private host is fine, but no other scheme is (`javascript:`). */
function isBrowserAddress(given: string, outbound: Outbound): boolean {
  const url = URL.parse(given);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && outbound.allowedPrivateOrigins.includes(url.origin))
  );
}

function readCertificate(given: string): string | { refused: string } {
  try {
    return certificateFromInput(given).pem;
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error;
    return { refused: error.message };
  }
}
