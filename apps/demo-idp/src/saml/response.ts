import { randomBytes } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { escapeMarkup } from '../pages/html.js';
import type { Person } from '../people/person.js';
import type { AuthnRequest } from './authn-request.js';

const LIFETIME_MS = 5 * 60_000;
const SESSION_MS = 8 * 60 * 60_000;
const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export interface ResponseInput {
  issuer: string;
  keys: { privateKey: string; certificate: string };
  request: AuthnRequest;
  person: Person;
  now?: Date;
}

/** A Response with one assertion, both signed (SAML 2.0 core §3.3, profiles §4.1.4.2), base64 for the POST binding. */
export function samlResponse({ issuer, keys, request, person, now = new Date() }: ResponseInput): string {
  const instant = now.toISOString();
  const until = new Date(now.getTime() + LIFETIME_MS).toISOString();
  const { acsUrl, entityId } = request.serviceProvider;
  const issuerElement = `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${escapeMarkup(issuer)}</saml:Issuer>`;
  const attributes = {
    id: person.id,
    email: person.email,
    firstName: person.firstName,
    lastName: person.lastName,
  };

  const assertion =
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${newId()}" Version="2.0" IssueInstant="${instant}">` +
    issuerElement +
    `<saml:Subject><saml:NameID Format="${EMAIL_FORMAT}">${escapeMarkup(person.email)}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData` +
    ` InResponseTo="${request.id}" NotOnOrAfter="${until}" Recipient="${escapeMarkup(acsUrl)}"/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${instant}" NotOnOrAfter="${until}"><saml:AudienceRestriction>` +
    `<saml:Audience>${escapeMarkup(entityId)}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${instant}" SessionIndex="${newId()}"` +
    ` SessionNotOnOrAfter="${new Date(now.getTime() + SESSION_MS).toISOString()}"><saml:AuthnContext><saml:AuthnContextClassRef>` +
    `urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement>${Object.entries(attributes).map(attribute).join('')}</saml:AttributeStatement></saml:Assertion>`;

  const response =
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${newId()}" Version="2.0" IssueInstant="${instant}"` +
    ` Destination="${escapeMarkup(acsUrl)}" InResponseTo="${request.id}">` +
    issuerElement +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
    `${signed(assertion, 'Assertion', keys)}</samlp:Response>`;
  return Buffer.from(signed(response, 'Response', keys), 'utf8').toString('base64');
}

/** xs:ID: begins with a letter or underscore. */
const newId = () => `_${randomBytes(20).toString('hex')}`;

function attribute([name, value]: [string, string]): string {
  return (
    `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">` +
    `<saml:AttributeValue>${escapeMarkup(value)}</saml:AttributeValue></saml:Attribute>`
  );
}

/** Signs the root element; the signature goes right behind its Issuer, where the schema wants it. */
function signed(xml: string, root: 'Assertion' | 'Response', keys: ResponseInput['keys']): string {
  const signer = new SignedXml({
    privateKey: keys.privateKey,
    publicCert: keys.certificate,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signer.addReference({
    xpath: `/*[local-name(.)='${root}']`,
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', EXCLUSIVE],
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `/*[local-name(.)='${root}']/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}
