import { idOf, time } from '@gatehouse/contracts';
import { operation, pageOf } from '@gatehouse/service-host';
import { z } from 'zod';

const inAccount = z.object({ accountId: idOf('acct') });
const inDirectory = inAccount.extend({ directoryId: idOf('dir') });
const name = z.string().trim().min(1).max(100);
const dialect = z.enum(['lenient', 'strict']);

export const directoryView = z.object({
  id: idOf('dir'),
  name: z.string(),
  dialect,
  status: z.enum(['pending', 'live', 'shadow', 'disabled', 'suspended']),
  /** What the identity provider calls "SCIM base URL" or "Tenant URL". */
  baseUrl: z.string(),
  counts: z.object({ users: z.int(), active: z.int() }),
  createdAt: time,
  lastRequestAt: time.nullable(),
});
export type DirectoryView = z.infer<typeof directoryView>;

export const directoryTokenView = z.object({
  id: idOf('dtok'),
  lastFour: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable(),
});
export type DirectoryTokenView = z.infer<typeof directoryTokenView>;

const access = ['admin', 'setup:directory'] as const;
const tag = 'Directories';

export const listDirectories = operation({
  id: 'listDirectories',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/directories',
  tag,
  summary: "The account's SCIM directories",
  access,
  params: inAccount,
  responses: { 200: pageOf(directoryView) },
});

export const createDirectory = operation({
  id: 'createDirectory',
  method: 'POST',
  path: '/api/v1/accounts/:accountId/directories',
  tag,
  summary: 'Make a SCIM directory',
  description:
    'It governs nobody until it accepts its first user; then it is live, and only it makes members of the account. ' +
    'While another directory of the account is live, a further one stays in shadow: it keeps the users it is sent, and nothing follows from them.',
  access,
  plan: 'enterprise',
  params: inAccount,
  body: z.strictObject({ name, dialect: dialect.default('lenient') }),
  responses: { 201: directoryView },
  problems: ['conflict'],
});

export const getDirectory = operation({
  id: 'getDirectory',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/directories/:directoryId',
  tag,
  summary: 'One directory',
  access,
  params: inDirectory,
  responses: { 200: directoryView },
});

export const updateDirectory = operation({
  id: 'updateDirectory',
  method: 'PATCH',
  path: '/api/v1/accounts/:accountId/directories/:directoryId',
  tag,
  summary: 'Rename a directory, change its dialect, or disable it',
  description:
    'A disabled directory takes no more requests. Nobody loses access by it: its members become managed by hand.',
  access,
  plan: 'enterprise',
  params: inDirectory,
  body: z
    .strictObject({
      name: name.optional(),
      dialect: dialect.optional(),
      status: z.literal('disabled').optional(),
    })
    .refine((body) => Object.keys(body).length > 0, 'must have at least one member'),
  responses: { 200: directoryView },
});

export const deleteDirectory = operation({
  id: 'deleteDirectory',
  method: 'DELETE',
  path: '/api/v1/accounts/:accountId/directories/:directoryId',
  tag,
  summary: 'Delete a directory',
  description: 'Nobody loses access by it: its members become managed by hand.',
  access,
  plan: 'enterprise',
  params: inDirectory,
  responses: { 204: null },
});

export const listDirectoryTokens = operation({
  id: 'listDirectoryTokens',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/directories/:directoryId/tokens',
  tag,
  summary: "A directory's tokens, without their secrets",
  access,
  params: inDirectory,
  responses: { 200: pageOf(directoryTokenView) },
});

export const createDirectoryToken = operation({
  id: 'createDirectoryToken',
  method: 'POST',
  path: '/api/v1/accounts/:accountId/directories/:directoryId/tokens',
  tag,
  summary: 'Make a token; it is shown once',
  description: 'Two may be live at once, so that one can be replaced without an interruption.',
  access,
  plan: 'enterprise',
  params: inDirectory,
  responses: {
    201: z.object({ id: idOf('dtok'), token: z.string(), lastFour: z.string(), createdAt: time }),
  },
  problems: ['token_limit', 'conflict'],
});

export const deleteDirectoryToken = operation({
  id: 'deleteDirectoryToken',
  method: 'DELETE',
  path: '/api/v1/accounts/:accountId/directories/:directoryId/tokens/:tokenId',
  tag,
  summary: 'Revoke a token',
  // No plan: a token that leaked must be revocable whatever is paid for.
  access,
  params: inDirectory.extend({ tokenId: idOf('dtok') }),
  responses: { 204: null },
});
