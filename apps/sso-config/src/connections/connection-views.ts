import { idOf } from '@gatehouse/contracts';
import { z } from 'zod';

export const certificateView = z.object({
  subject: z.string(),
  fingerprintSha256: z.string(),
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
});

export const attributeMappingInput = z.strictObject({
  id: z.string().min(1).max(500).optional(),
  email: z.string().min(1).max(500).optional(),
  firstName: z.string().min(1).max(500).optional(),
  lastName: z.string().min(1).max(500).optional(),
  groups: z.string().min(1).max(500).optional(),
});

const samlView = z.object({
  entityId: z.string(),
  ssoUrl: z.string(),
  ssoBinding: z.enum(['redirect', 'post']),
  sloUrl: z.string().nullable(),
  certificates: z.array(certificateView),
  attributeMapping: z.object(attributeMappingInput.shape),
  wantResponseSigned: z.boolean(),
  allowUnsolicited: z.boolean(),
  metadataUrl: z.string().nullable(),
});

const oidcView = z.object({
  issuer: z.string(),
  clientId: z.string(),
  tokenAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  scopes: z.array(z.string()),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  jwksUri: z.string(),
  userinfoEndpoint: z.string().nullable(),
});

export const connectionView = z.object({
  id: idOf('conn'),
  protocol: z.enum(['saml', 'oidc']),
  provider: z.string(),
  name: z.string(),
  status: z.enum(['draft', 'tested', 'active', 'disabled', 'suspended']),
  domains: z.array(z.object({ id: idOf('dom'), name: z.string() })),
  /** What to enter at a SAML identity provider; null for OpenID Connect. */
  serviceProvider: z.object({ entityId: z.string(), acsUrl: z.string(), metadataUrl: z.string() }).nullable(),
  /** What to enter at an OpenID provider; null for SAML. */
  relyingParty: z.object({ redirectUri: z.string() }).nullable(),
  /** The configuration as edited last; null until one was given. */
  saml: samlView.nullable(),
  oidc: oidcView.nullable(),
  configVersion: z.int(),
  /** The newest configuration version with a successful test sign-in. */
  testedVersion: z.int().nullable(),
  /** The configuration version that members sign in with. */
  liveVersion: z.int().nullable(),
  createdAt: z.iso.datetime(),
  activatedAt: z.iso.datetime().nullable(),
});
export type ConnectionView = z.infer<typeof connectionView>;
