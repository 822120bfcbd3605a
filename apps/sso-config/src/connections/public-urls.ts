/** What is entered at the identity provider. The entity ID is the address of the metadata; none of it ever changes. */
export function publicUrlsOf(
  publicUrl: string,
  connectionId: string,
): {
  serviceProvider: { entityId: string; acsUrl: string; metadataUrl: string };
  relyingParty: { redirectUri: string };
} {
  const origin = publicUrl.replace(/\/+$/, '');
  const metadataUrl = `${origin}/saml/${connectionId}/metadata`;
  return {
    serviceProvider: { entityId: metadataUrl, acsUrl: `${origin}/saml/${connectionId}/acs`, metadataUrl },
    relyingParty: { redirectUri: `${origin}/oidc/${connectionId}/callback` },
  };
}
