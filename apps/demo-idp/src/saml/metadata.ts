import { escapeMarkup } from '../pages/html.js';

/** SAML 2.0 metadata: one EntityDescriptor with its signing certificate and both request bindings. */
export function samlMetadata({
  entityId,
  ssoUrl,
  certificate,
}: {
  entityId: string;
  ssoUrl: string;
  certificate: string;
}): string {
  const base64 = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const bindings = ['HTTP-Redirect', 'HTTP-POST'].map(
    (binding) =>
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${escapeMarkup(ssoUrl)}"/>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escapeMarkup(entityId)}">` +
    `<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
    `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>` +
    `<ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
    `<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>` +
    `${bindings.join('')}</md:IDPSSODescriptor></md:EntityDescriptor>`
  );
}
