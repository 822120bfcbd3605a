import { idOf, role, time } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';

const accountParams = z.object({ accountId: idOf('acct') });

export const listApiKeys = operation({
  id: 'listApiKeys',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/api-keys',
  tag: 'API keys',
  summary: "The account's API keys, without their secrets",
  access: ['admin'],
  params: accountParams,
  query: pageQuery,
  responses: {
    200: pageOf(
      z.object({
        id: idOf('key'),
        name: z.string(),
        role,
        userId: idOf('user'),
        createdAt: time,
        expiresAt: time.nullable(),
        lastUsedAt: time.nullable(),
      }),
    ),
  },
});

export const createApiKey = operation({
  id: 'createApiKey',
  method: 'POST',
  path: '/api/v1/accounts/:accountId/api-keys',
  tag: 'API keys',
  summary: 'Make an API key; it is shown once',
  description:
    "A key acts for the person who made it, with the lower of the two roles, and dies with that person's membership.",
  access: ['admin'],
  params: accountParams,
  body: z.strictObject({ name: z.string().trim().min(1).max(100), role, expiresAt: time.optional() }),
  responses: { 201: z.object({ id: idOf('key'), key: z.string() }) },
});

export const deleteApiKey = operation({
  id: 'deleteApiKey',
  method: 'DELETE',
  path: '/api/v1/accounts/:accountId/api-keys/:keyId',
  tag: 'API keys',
  summary: 'Delete an API key; it is refused at once',
  access: ['admin'],
  params: accountParams.extend({ keyId: idOf('key') }),
  responses: { 204: null },
});
