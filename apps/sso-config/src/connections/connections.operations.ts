import { idOf } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';
import { attributeMappingInput, connectionView } from './connection-views.js';

const accountParams = z.object({ accountId: idOf('acct') });
const connectionParams = z.object({ accountId: idOf('acct'), connectionId: idOf('conn') });

const base = '/api/v1/accounts/:accountId/connections';
const one = `${base}/:connectionId`;
const read = { tag: 'Connections', access: ['admin', 'setup:sso'] } as const;
const write = { ...read, plan: 'enterprise' } as const;

const provider = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be the key of a provider, for example okta');
const name = z.string().trim().min(1).max(200);
const domainIds = z.array(idOf('dom')).min(1).max(100);

export const listConnections = operation({
  ...read,
  id: 'listConnections',
  method: 'GET',
  path: base,
  summary: "List the account's connections",
  params: accountParams,
  query: pageQuery,
  responses: { 200: pageOf(connectionView) },
});

export const createConnection = operation({
  ...write,
  id: 'createConnection',
  method: 'POST',
  path: base,
  summary: 'Begin a connection to an identity provider',
  params: accountParams,
  body: z.strictObject({ protocol: z.enum(['saml', 'oidc']), provider, name, domainIds }),
  responses: { 201: connectionView },
  problems: ['domain_not_verified'],
});

export const getConnection = operation({
  ...read,
  id: 'getConnection',
  method: 'GET',
  path: one,
  summary: 'Read a connection',
  params: connectionParams,
  responses: { 200: connectionView },
});

export const changeConnection = operation({
  ...write,
  id: 'changeConnection',
  method: 'PATCH',
  path: one,
  summary: 'Change the name, provider or domains of a connection',
  params: connectionParams,
  body: z.strictObject({
    provider: provider.optional(),
    name: name.optional(),
    domainIds: domainIds.optional(),
  }),
  responses: { 200: connectionView },
  problems: ['domain_not_verified', 'domain_in_use'],
});

export const removeConnection = operation({
  ...write,
  id: 'removeConnection',
  method: 'DELETE',
  path: one,
  summary: 'Remove a connection',
  description: 'Nobody signs in through it any more, and authentications made through it end.',
  params: connectionParams,
  responses: { 204: null },
});

const address = z.string().min(1).max(2_000);

/** Exactly one of the three ways to say who the identity provider is. */
export const samlInput = z
  .strictObject({
    metadataXml: z.string().min(1).max(500_000).optional(),
    metadataUrl: address.optional(),
    entityId: z.string().min(1).max(1_024).optional(),
    ssoUrl: address.optional(),
    certificates: z.array(z.string().min(1).max(20_000)).min(1).max(10).optional(),
    sloUrl: address.nullish(),
    attributeMapping: attributeMappingInput.optional(),
    /** Default true: the response is signed as well as the assertion. */
    wantResponseSigned: z.boolean().optional(),
    allowUnsolicited: z.boolean().optional(),
  })
  .superRefine((body, context) => {
    const byHand =
      body.entityId !== undefined || body.ssoUrl !== undefined || body.certificates !== undefined;
    const ways = [body.metadataXml !== undefined, body.metadataUrl !== undefined, byHand].filter(
      Boolean,
    ).length;
    if (ways !== 1) {
      context.addIssue({
        code: 'custom',
        message: 'give exactly one of: metadataXml; metadataUrl; entityId, ssoUrl and certificates',
      });
      return;
    }
    for (const member of byHand ? (['entityId', 'ssoUrl', 'certificates'] as const) : []) {
      if (body[member] === undefined)
        context.addIssue({ code: 'custom', path: [member], message: 'is required' });
    }
    if (!byHand && (body.sloUrl ?? null) !== null) {
      context.addIssue({ code: 'custom', path: ['sloUrl'], message: 'is taken from the metadata' });
    }
  });
export type SamlInput = z.infer<typeof samlInput>;

export const configureSaml = operation({
  ...write,
  id: 'configureSaml',
  method: 'PUT',
  path: `${one}/saml`,
  summary: "Give the SAML identity provider's metadata",
  description:
    'Answers what was understood. On an active connection it takes effect with the next activation.',
  params: connectionParams,
  body: samlInput,
  responses: { 200: connectionView },
  problems: ['metadata_invalid', 'fetch_refused', 'conflict'],
});

export const oidcInput = z
  .strictObject({
    issuer: address,
    clientId: z.string().min(1).max(500),
    /** May be left out where the same issuer and client are configured already. */
    clientSecret: z.string().min(1).max(2_000).optional(),
    /** A private key in PEM, for private_key_jwt. */
    privateKeyJwt: z.string().min(1).max(20_000).optional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is not a scope'))
      .max(20)
      .optional(),
    tokenAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt']).optional(),
  })
  .superRefine((body, context) => {
    if (body.clientSecret !== undefined && body.privateKeyJwt !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['privateKeyJwt'],
        message: 'give clientSecret or this, not both',
      });
    }
    const method = body.tokenAuthMethod;
    if (method === 'private_key_jwt' && body.clientSecret !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['clientSecret'],
        message: 'private_key_jwt needs privateKeyJwt instead',
      });
    }
    if (method !== undefined && method !== 'private_key_jwt' && body.privateKeyJwt !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['privateKeyJwt'],
        message: `${method} needs clientSecret instead`,
      });
    }
  });
export type OidcInput = z.infer<typeof oidcInput>;

export const configureOidc = operation({
  ...write,
  id: 'configureOidc',
  method: 'PUT',
  path: `${one}/oidc`,
  summary: 'Give the OpenID provider and the client',
  description:
    'Its discovery document is fetched and checked. The secret is stored sealed and never shown again.',
  params: connectionParams,
  body: oidcInput,
  responses: { 200: connectionView },
  problems: ['discovery_invalid', 'fetch_refused', 'conflict'],
});

export const activateConnection = operation({
  ...write,
  id: 'activateConnection',
  method: 'POST',
  path: `${one}/activate`,
  summary: 'Let members sign in through a tested connection',
  params: connectionParams,
  responses: { 200: connectionView },
  problems: ['connection_untested', 'connection_incomplete', 'domain_not_enabled', 'domain_in_use'],
});

export const disableConnection = operation({
  ...write,
  access: ['admin'],
  id: 'disableConnection',
  method: 'POST',
  path: `${one}/disable`,
  summary: 'Let nobody sign in through a connection',
  params: connectionParams,
  responses: { 200: connectionView },
  problems: ['connection_inactive'],
});
