import type { CertificateView, ConnectionView } from '@gatehouse/api-client';
import { Code } from '@mantine/core';
import { messages } from '../messages';
import { RelativeTime } from '../parts/relative-time';
import type { Fact } from './facts';

const words = messages.setup.metadata;

/** What was understood of the provider's metadata or discovery document. */
export function understoodOf(connection: ConnectionView): Fact[] {
  const { saml, oidc } = connection;
  if (saml) {
    return [
      [words.entityId, saml.idpEntityId ?? saml.entityId ?? ''],
      [words.ssoUrl, saml.ssoUrl],
      ...saml.certificates.flatMap((certificate, index) =>
        certificateFacts(certificate, saml.certificates.length > 1 ? ` ${index + 1}` : ''),
      ),
    ];
  }
  if (!oidc) return [];
  const facts: [string, string | undefined][] = [
    [words.issuer, oidc.issuer],
    [words.clientId, oidc.clientId],
    [words.authorization, oidc.authorizationEndpoint],
    [words.token, oidc.tokenEndpoint],
    [words.keys, oidc.jwksUri],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function certificateFacts(certificate: CertificateView, number: string): Fact[] {
  const fingerprint = certificate.fingerprintSha256 ?? certificate.fingerprint ?? '';
  const expires = certificate.notAfter ?? certificate.expiresAt;
  return [
    [words.certificateSubject + number, certificate.subject],
    [words.fingerprint + number, <Code key="fingerprint">{fingerprint}</Code>],
    ...(expires === undefined
      ? []
      : [[words.expires + number, <RelativeTime key="expires" time={expires} />] as const]),
  ];
}
