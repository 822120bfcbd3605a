import { idOf, ssoPolicy } from '@gatehouse/contracts';
import { operation } from '@gatehouse/service-host';
import { z } from 'zod';

const params = z.object({ accountId: idOf('acct') });

export const readPolicy = operation({
  id: 'getSsoPolicy',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/sso/policy',
  tag: 'SSO policy',
  summary: 'Whether members must sign in through the identity provider, and who is exempt.',
  access: ['admin'],
  params,
  responses: { 200: ssoPolicy },
});

export const writePolicy = operation({
  id: 'putSsoPolicy',
  method: 'PUT',
  path: '/api/v1/accounts/:accountId/sso/policy',
  tag: 'SSO policy',
  summary: 'Replaces the SSO policy.',
  description: '`required` takes effect once a connection of the account is active.',
  access: ['admin'],
  plan: 'enterprise',
  params,
  body: z.strictObject(ssoPolicy.shape),
  responses: { 200: ssoPolicy },
});
