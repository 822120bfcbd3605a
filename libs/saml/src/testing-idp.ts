import { randomBytes, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { makeCertificate } from '@gatehouse/safe-fetch/testing';
import { SignedXml } from 'xml-crypto';

/** An identity provider for specs: it makes the messages that a real one makes, with keys of this run, and any mutation. */
export interface TestingIdp {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly key: string;
  readonly certificate: string;
}

export function testingIdp(
  entityId = 'https://idp.example/metadata',
  options: { rsaBits?: number; notAfter?: number } = {},
): TestingIdp {
  const { key, cert } = makeCertificate(['idp.example'], { rsaBits: 2048, ...options });
  return { entityId, ssoUrl: new URL('/sso', entityId).href, key, certificate: cert };
}

/** What a response says. Every part can be replaced, and whole elements by their XML. */
export interface ResponseParts {
  readonly acsUrl: string;
  readonly audience: string;
  readonly inResponseTo: string | null;
  readonly email: string;
  readonly nameId?: string;
  readonly nameIdFormat?: string;
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  /** Changes the assertion before it is signed. */
  readonly assertion?: (xml: string) => string;
  /** Changes the response, with the signed assertion in it, before it is signed. */
  readonly response?: (xml: string) => string;
  /** Changes the whole after signing. */
  readonly tampered?: (xml: string) => string;
  readonly sign?: 'both' | 'assertion' | 'response' | 'nothing';
  readonly signature?: SignatureOptions;
}

export interface SignatureOptions {
  readonly algorithm?: string;
  readonly digest?: string;
  readonly transforms?: readonly string[];
  /** Keys of somebody else. */
  readonly by?: TestingIdp;
}

export const newMessageId = (): string => `_${randomBytes(20).toString('hex')}`;

/** A time relative to now, as SAML writes it. */
export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

/** The response as XML. */
export function responseXml(idp: TestingIdp, parts: ResponseParts): string {
  const { sign: what = 'both', tampered = (xml: string) => xml } = parts;
  const assertion = (parts.assertion ?? ((xml) => xml))(assertionXml(idp, parts));
  const signedAssertion =
    what === 'both' || what === 'assertion'
      ? signXml(assertion, 'Assertion', idp, parts.signature)
      : assertion;
  const wrapped = (parts.response ?? ((xml) => xml))(wrapperXml(idp, parts, signedAssertion));
  return tampered(
    what === 'both' || what === 'response' ? signXml(wrapped, 'Response', idp, parts.signature) : wrapped,
  );
}

/** The value of the form field `SAMLResponse`. */
export function samlResponse(idp: TestingIdp, parts: ResponseParts): string {
  return Buffer.from(responseXml(idp, parts)).toString('base64');
}

function wrapperXml(idp: TestingIdp, { acsUrl, inResponseTo }: ResponseParts, assertion: string): string {
  const answered = inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`;
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
    ` ID="${newMessageId()}" Version="2.0" IssueInstant="${inSeconds(0)}" Destination="${acsUrl}"${answered}>` +
    `<saml:Issuer>${idp.entityId}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
    `${assertion}</samlp:Response>`
  );
}

function assertionXml(idp: TestingIdp, parts: ResponseParts): string {
  const {
    acsUrl,
    audience,
    inResponseTo,
    email,
    nameId = email,
    attributes = { email, firstName: 'Ada', lastName: 'Lovelace' },
  } = parts;
  const format = parts.nameIdFormat ?? 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
  const answered = inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`;
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${newMessageId()}" Version="2.0" IssueInstant="${inSeconds(0)}">` +
    `<saml:Issuer>${idp.entityId}</saml:Issuer>` +
    `<saml:Subject><saml:NameID Format="${format}">${nameId}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData` +
    ` NotOnOrAfter="${inSeconds(300)}" Recipient="${acsUrl}"${answered}/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${inSeconds(-5)}" NotOnOrAfter="${inSeconds(300)}"><saml:AudienceRestriction>` +
    `<saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${inSeconds(0)}" SessionIndex="_s1" SessionNotOnOrAfter="${inSeconds(3600)}">` +
    `<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement>${Object.entries(attributes).map(attributeXml).join('')}</saml:AttributeStatement></saml:Assertion>`
  );
}

export function attributeXml([name, value]: [string, string | readonly string[]]): string {
  const values = [value].flat().map((it) => `<saml:AttributeValue>${it}</saml:AttributeValue>`);
  return `<saml:Attribute Name="${name}">${values.join('')}</saml:Attribute>`;
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

export function signXml(xml: string, root: string, idp: TestingIdp, options: SignatureOptions = {}): string {
  const signer = options.by ?? idp;
  const signing = new SignedXml({
    privateKey: signer.key,
    publicCert: signer.certificate,
    signatureAlgorithm: options.algorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: exclusive,
  });
  signing.addReference({
    xpath: `/*[local-name(.)='${root}']`,
    digestAlgorithm: options.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [...(options.transforms ?? [enveloped, exclusive])],
  });
  signing.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `/*[local-name(.)='${root}']/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signing.getSignedXml();
}

export interface LogoutParts {
  readonly sloUrl: string;
  readonly nameId: string;
  readonly change?: (xml: string) => string;
}

export function logoutXml(idp: TestingIdp, { sloUrl, nameId, change = (xml) => xml }: LogoutParts): string {
  return change(
    `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
      ` ID="${newMessageId()}" Version="2.0" IssueInstant="${inSeconds(0)}" Destination="${sloUrl}">` +
      `<saml:Issuer>${idp.entityId}</saml:Issuer><saml:NameID>${nameId}</saml:NameID></samlp:LogoutRequest>`,
  );
}

/** The query of a LogoutRequest by the redirect binding, signed. */
export function logoutQuery(
  idp: TestingIdp,
  parts: LogoutParts,
  sigAlg = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
): string {
  const message = deflateRawSync(Buffer.from(logoutXml(idp, parts))).toString('base64');
  const query = `SAMLRequest=${encodeURIComponent(message)}&RelayState=r&SigAlg=${encodeURIComponent(sigAlg)}`;
  const hash = sigAlg.endsWith('sha1') ? 'sha1' : 'sha256';
  const signature = sign(hash, Buffer.from(query), idp.key).toString('base64');
  return `${query}&Signature=${encodeURIComponent(signature)}`;
}

/** The form of a LogoutRequest by the POST binding, signed. */
export function logoutForm(idp: TestingIdp, parts: LogoutParts): string {
  return Buffer.from(signXml(logoutXml(idp, parts), 'LogoutRequest', idp)).toString('base64');
}

export function idpMetadataXml(idp: TestingIdp, change: (xml: string) => string = (xml) => xml): string {
  return change(
    `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${idp.entityId}">` +
      `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
      `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${idp.certificate.replace(/-----[A-Z ]+-----|\s/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${idp.ssoUrl}/post"/>` +
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${idp.ssoUrl}"/>` +
      `</md:IDPSSODescriptor></md:EntityDescriptor>`,
  );
}
