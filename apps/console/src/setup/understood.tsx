import type { CertificateView, ConnectionView } from '@gatehouse/api-client';
import { Code } from '@mantine/core';
import { messages } from '../messages';
import { RelativeTime } from '../parts/relative-time';
import type { Fact } from './facts';

const words = messages.setup.metadata;

/** What was understood of the provider's metadata or discovery document. */
export function understoodOf({ saml, oidc }: ConnectionView): Fact[] {
  if (saml) {
    const several = saml.certificates.length > 1;
    return [
      [words.entityId, saml.entityId],
      [words.ssoUrl, saml.ssoUrl],
      ...saml.certificates.flatMap((one, index) => certificateFacts(one, several ? ` ${index + 1}` : '')),
    ];
  }
  if (!oidc) return [];
  return [
    [words.issuer, oidc.issuer],
    [words.clientId, oidc.clientId],
    [words.authorization, oidc.authorizationEndpoint],
    [words.token, oidc.tokenEndpoint],
    [words.keys, oidc.jwksUri],
  ];
}

function certificateFacts({ subject, fingerprintSha256, notAfter }: CertificateView, number: string): Fact[] {
  return [
    [words.certificateSubject + number, subject],
    [words.fingerprint + number, <Code key="fingerprint">{fingerprintSha256}</Code>],
    [words.expires + number, <RelativeTime key="expires" time={notAfter} />],
  ];
}
