import { z } from 'zod';
import { defineEvents, defineTopic } from '../event.js';
import { idOf } from '../ids.js';
import { time, version } from './shared.js';

export const domainsTopic = defineTopic({
  name: 'sso.domains.v1',
  partitions: 6,
  compacted: true,
  publisher: 'sso-config',
  description:
    'Email domains whose ownership was proved. Key: canonical domain name. Unproved claims are not published.',
});

export const domainState = z.object({
  /** Canonical: lower case, A-labels, no trailing dot. */
  name: z.string(),
  version,
  domainId: idOf('dom'),
  accountId: idOf('acct'),
  status: z.enum(['verified', 'enabled', 'lost', 'removed']),
});
export type DomainState = z.infer<typeof domainState>;

export const { DomainVerified, DomainEnabled, DomainDisabled, DomainLost, DomainRemoved } = defineEvents(
  domainsTopic,
  domainState,
  (domain) => domain.name,
  ['DomainVerified', 'DomainEnabled', 'DomainDisabled', 'DomainLost', 'DomainRemoved'],
  {
    DomainVerified: 'Ownership was proved by a DNS TXT record.',
    DomainEnabled: 'The domain is used for single sign-on and directory sync.',
    DomainDisabled: 'The domain is no longer used; its ownership stands.',
    DomainLost: 'The proof is gone: routing and identity links of the domain freeze at once.',
    DomainRemoved: 'The account gave the domain up.',
  },
);

export const connectionsTopic = defineTopic({
  name: 'sso.connections.v1',
  partitions: 6,
  compacted: true,
  publisher: 'sso-config',
  description: 'SAML and OpenID Connect configurations, drafts too. Key: connection id. Secrets are sealed.',
});

export const attributeMapping = z.object({
  id: z.string().optional(),
  email: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  groups: z.string().optional(),
});

export const samlConfig = z.object({
  idpEntityId: z.string(),
  ssoUrl: z.string(),
  ssoBinding: z.enum(['redirect', 'post']),
  sloUrl: z.string().nullable(),
  /** PEM, each one certificate. */
  certificates: z.array(z.string()).min(1).max(10),
  attributeMapping,
  wantResponseSigned: z.boolean(),
  allowUnsolicited: z.boolean(),
});
export type SamlConfig = z.infer<typeof samlConfig>;

export const oidcConfig = z.object({
  issuer: z.string(),
  clientId: z.string(),
  tokenAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  /** JWE bound to (account, connection): the client secret, or the PEM of the private key. See `sealing.ts`. */
  sealedSecret: z.string(),
  scopes: z.array(z.string()),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  jwksUri: z.string(),
  userinfoEndpoint: z.string().nullable(),
  issParameterSupported: z.boolean(),
  idTokenSigningAlgs: z.array(z.string()),
});
export type OidcConfig = z.infer<typeof oidcConfig>;

export const connectionConfig = z.object({
  /** Rises with each edit; a test counts for the version that it tested. */
  configVersion: z.int().nonnegative(),
  saml: samlConfig.nullable(),
  oidc: oidcConfig.nullable(),
});
export type ConnectionConfig = z.infer<typeof connectionConfig>;

export const connectionState = z.object({
  id: idOf('conn'),
  version,
  accountId: idOf('acct'),
  protocol: z.enum(['saml', 'oidc']),
  /** Key of the provider's guide, for example `okta` or `saml`. */
  provider: z.string(),
  name: z.string(),
  status: z.enum(['draft', 'tested', 'active', 'disabled', 'suspended', 'removed']),
  domains: z.array(z.object({ id: idOf('dom'), name: z.string() })),
  /** What members sign in with; null until the first activation. */
  live: connectionConfig.nullable(),
  /** What test sign-ins use: the configuration being edited, or the live one. Null until one was given. */
  draft: connectionConfig.nullable(),
  activatedAt: time.nullable(),
});
export type ConnectionState = z.infer<typeof connectionState>;

export const {
  ConnectionDrafted,
  ConnectionActivated,
  ConnectionUpdated,
  ConnectionDisabled,
  ConnectionRemoved,
} = defineEvents(
  connectionsTopic,
  connectionState,
  (connection) => connection.id,
  [
    'ConnectionDrafted',
    'ConnectionActivated',
    'ConnectionUpdated',
    'ConnectionDisabled',
    'ConnectionRemoved',
  ],
  {
    ConnectionDrafted: 'A configuration was given or edited; only test sign-ins use it.',
    ConnectionActivated: 'Members sign in through it from now on.',
    ConnectionUpdated: 'Name, domains or tested state changed.',
    ConnectionDisabled: 'Nobody signs in through it, and authentications made through it end.',
    ConnectionRemoved: 'The connection is gone.',
  },
);
