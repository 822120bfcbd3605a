import { caller, idOf } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';
import { connectionView } from '../connections/connection-views.js';

const accountParams = z.object({ accountId: idOf('acct') });
const linkParams = z.object({ accountId: idOf('acct'), linkId: idOf('link') });
const base = '/api/v1/accounts/:accountId/setup-links';

const purposes = z.array(z.enum(['sso', 'directory']));

export const progressInput = z.strictObject({
  /** The dashboard's own name for its step. */
  step: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be the key of a step, for example metadata'),
  provider: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be the key of a provider')
    .nullish(),
  connectionId: idOf('conn').nullish(),
});
const progressView = z.object({
  step: z.string(),
  provider: z.string().nullish(),
  connectionId: z.string().nullish(),
});

const linkFields = {
  id: idOf('link'),
  domains: z.array(z.object({ id: idOf('dom'), name: z.string() })),
  purposes,
  mayActivate: z.boolean(),
  status: z.enum(['pending', 'opened', 'completed', 'revoked', 'expired']),
  progress: progressView.nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  openedAt: z.iso.datetime().nullable(),
  completedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
};
export const linkView = z.object(linkFields);
export type LinkView = z.infer<typeof linkView>;

export const listSetupLinks = operation({
  id: 'listSetupLinks',
  method: 'GET',
  path: base,
  tag: 'Setup links',
  summary: "List the account's setup links and what became of them",
  access: ['admin'],
  params: accountParams,
  query: pageQuery,
  responses: { 200: pageOf(linkView) },
});

export const createSetupLink = operation({
  id: 'createSetupLink',
  method: 'POST',
  path: base,
  tag: 'Setup links',
  summary: "Make a link for the customer's IT admin",
  description: 'The address is shown once. Earlier links for the same domains are revoked.',
  access: ['admin'],
  plan: 'enterprise',
  params: accountParams,
  body: z.strictObject({
    domainIds: z.array(idOf('dom')).min(1).max(100),
    purposes: purposes.min(1).default(['sso']),
    /** False leaves activation to an admin of the account. */
    mayActivate: z.boolean().default(true),
    expiresInHours: z.int().min(1).max(720).default(168),
  }),
  responses: { 201: z.object({ ...linkFields, url: z.string() }) },
  problems: ['domain_not_enabled'],
});

export const revokeSetupLink = operation({
  id: 'revokeSetupLink',
  method: 'DELETE',
  path: `${base}/:linkId`,
  tag: 'Setup links',
  summary: 'Revoke a setup link and the session that it started',
  access: ['admin'],
  plan: 'enterprise',
  params: linkParams,
  responses: { 204: null },
});

const setupView = z.object({
  linkId: idOf('link'),
  account: z.object({ id: idOf('acct'), name: z.string() }),
  domains: z.array(z.object({ id: idOf('dom'), name: z.string() })),
  purposes,
  mayActivate: z.boolean(),
  status: z.enum(['opened', 'completed']),
  connections: z.array(connectionView),
  progress: progressView.nullable(),
  /** Sent back as X-CSRF-Token with every write. */
  csrfToken: z.string(),
  expiresAt: z.iso.datetime(),
});
export type SetupView = z.infer<typeof setupView>;

const linkProblems = ['link_invalid', 'link_used', 'link_expired', 'link_revoked'] as const;

export const exchangeSetupLink = operation({
  id: 'exchangeSetupLink',
  method: 'POST',
  path: '/api/v1/setup/exchange',
  tag: 'Set-up',
  summary: 'Open a setup link',
  description:
    "Burns the link and starts the set-up session, whose cookie it sets. For the landing page's Start button.",
  access: ['public'],
  body: z.strictObject({ token: z.string().min(1).max(200) }),
  responses: { 200: setupView },
  problems: linkProblems,
});

export const readSetup = operation({
  id: 'readSetup',
  method: 'GET',
  path: '/api/v1/setup',
  tag: 'Set-up',
  summary: 'Read what the set-up session is for, and how far it is',
  access: ['setup:sso', 'setup:directory'],
  responses: { 200: setupView },
  problems: linkProblems,
});

export const saveSetupProgress = operation({
  id: 'saveSetupProgress',
  method: 'PUT',
  path: '/api/v1/setup/progress',
  tag: 'Set-up',
  summary: 'Note the step that was reached',
  access: ['setup:sso', 'setup:directory'],
  body: progressInput,
  responses: { 200: setupView },
  problems: linkProblems,
});

export const completeSetup = operation({
  id: 'completeSetup',
  method: 'POST',
  path: '/api/v1/setup/complete',
  tag: 'Set-up',
  summary: 'Say that everything the link is for is done',
  access: ['setup:sso', 'setup:directory'],
  responses: { 200: setupView },
  problems: linkProblems,
});

export const resolveSetupSession = operation({
  id: 'resolveSetupSession',
  method: 'POST',
  path: '/internal/setup-sessions/resolve',
  tag: 'Internal',
  summary: 'Whom a set-up session stands for',
  internal: true,
  access: ['gateway'],
  body: z.strictObject({ token: z.string().min(1).max(200) }),
  responses: {
    /** `caller` is of the kind `setup`; the gateway passes it on as it is. */
    200: z.object({ caller, csrfToken: z.string(), expiresAt: z.iso.datetime() }),
  },
  problems: linkProblems,
});
