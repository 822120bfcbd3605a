import { emailFormat, escapeXml } from '../xml.js';

export interface ServiceProvider {
  readonly entityId: string;
  readonly acsUrl: string;
  /** Where the identity provider sends logout requests, by either binding. */
  readonly sloUrl?: string;
}

/** Our own metadata (SAML metadata §2.4.4), for one connection. */
export function serviceProviderMetadata({ entityId, acsUrl, sloUrl }: ServiceProvider): string {
  const logout = ['HTTP-Redirect', 'HTTP-POST'].map(
    (binding) =>
      `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${escapeXml(sloUrl ?? '')}"/>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escapeXml(entityId)}">` +
    `<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
    (sloUrl === undefined ? '' : logout.join('')) +
    `<md:NameIDFormat>${emailFormat}</md:NameIDFormat>` +
    `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(acsUrl)}" index="0" isDefault="true"/>` +
    `</md:SPSSODescriptor></md:EntityDescriptor>\n`
  );
}
