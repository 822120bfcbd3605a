import { canonicalEmail, idOf, plan, ssoPolicy, time } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';

const accountParams = z.object({ accountId: idOf('acct') });

/** Text that people read: no control characters, nothing but spaces is not a name. */
export const displayName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must be at most 200 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

export const email = z
  .string()
  .max(320)
  .transform((value, context) => {
    const canonical = canonicalEmail(value);
    if (canonical !== undefined) return canonical;
    context.addIssue({ code: 'custom', message: 'must be an email address, for example mia@acme.test' });
    return z.NEVER;
  });

const slug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit',
  )
  .refine((value) => !value.startsWith('acct_'), 'must not look like an id');

const accountView = z.object({
  id: idOf('acct'),
  name: z.string(),
  slug: z.string(),
  plan,
  enterpriseEndedAt: time.nullable(),
  policy: ssoPolicy,
  status: z.enum(['active', 'closed']),
  createdAt: time,
});

export const createAccount = operation({
  id: 'createAccount',
  method: 'POST',
  path: '/api/v1/accounts',
  tag: 'Accounts',
  summary: 'Makes an account and invites its owner; the link is in this answer only.',
  access: ['operator'],
  body: z.strictObject({
    name: displayName,
    slug,
    plan,
    owner: z.strictObject({ email, name: displayName }),
  }),
  responses: { 201: accountView.extend({ ownerId: idOf('mem'), invitationUrl: z.string() }) },
  problems: ['slug_taken'],
});

export const listAccounts = operation({
  id: 'listAccounts',
  method: 'GET',
  path: '/api/v1/accounts',
  tag: 'Accounts',
  summary: 'All accounts, the oldest first; closed ones too.',
  access: ['operator'],
  query: pageQuery,
  responses: { 200: pageOf(accountView) },
});

export const readAccount = operation({
  id: 'getAccount',
  method: 'GET',
  path: '/api/v1/accounts/:accountId',
  tag: 'Accounts',
  summary: 'An account with its plan and SSO policy.',
  access: ['member'],
  params: accountParams,
  responses: { 200: accountView },
});

export const updateAccount = operation({
  id: 'updateAccount',
  method: 'PATCH',
  path: '/api/v1/accounts/:accountId',
  tag: 'Accounts',
  summary: 'Changes the plan or the name.',
  description:
    'Leaving the Enterprise plan makes single sign-on and directory settings read-only at once; they keep working for a grace period.',
  access: ['operator'],
  params: accountParams,
  body: z
    .strictObject({ plan: plan.optional(), name: displayName.optional() })
    .refine((body) => body.plan !== undefined || body.name !== undefined, 'must change plan or name'),
  responses: { 200: accountView },
});

export const closeAccount = operation({
  id: 'closeAccount',
  method: 'DELETE',
  path: '/api/v1/accounts/:accountId',
  tag: 'Accounts',
  summary: 'Closes an account: nobody has access to it any more. Its slug is not given out again.',
  access: ['operator'],
  params: accountParams,
  responses: { 204: null },
});
