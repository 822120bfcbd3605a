import { idOf } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';

const accountParams = z.object({ accountId: idOf('acct') });
const domainParams = z.object({ accountId: idOf('acct'), domainId: idOf('dom') });

export const domainView = z.object({
  id: idOf('dom'),
  name: z.string(),
  status: z.enum(['pending', 'verified', 'enabled', 'lost']),
  proof: z.object({ type: z.literal('TXT'), name: z.string(), value: z.string() }),
  createdAt: z.iso.datetime(),
  verifiedAt: z.iso.datetime().nullable(),
  enabledAt: z.iso.datetime().nullable(),
  lastCheckedAt: z.iso.datetime().nullable(),
  /** Why the last look-up proved nothing; null where it did. */
  lastFailure: z.string().nullable(),
});
export type DomainView = z.infer<typeof domainView>;

const base = '/api/v1/accounts/:accountId/domains';
const write = { tag: 'Domains', access: ['admin'], plan: 'enterprise' } as const;

export const listDomains = operation({
  id: 'listDomains',
  method: 'GET',
  path: base,
  tag: 'Domains',
  summary: "List the account's email domains",
  access: ['admin'],
  params: accountParams,
  query: pageQuery,
  responses: { 200: pageOf(domainView) },
});

export const claimDomain = operation({
  ...write,
  id: 'claimDomain',
  method: 'POST',
  path: base,
  summary: 'Claim an email domain',
  description: 'The answer holds the TXT record that proves it. A claim alone has no effect.',
  params: accountParams,
  body: z.strictObject({ name: z.string().min(1).max(300) }),
  responses: { 201: domainView },
  problems: ['conflict'],
});

export const removeDomain = operation({
  ...write,
  id: 'removeDomain',
  method: 'DELETE',
  path: `${base}/:domainId`,
  summary: 'Give a domain up',
  params: domainParams,
  responses: { 204: null },
  problems: ['domain_in_use'],
});

export const verifyDomain = operation({
  ...write,
  id: 'verifyDomain',
  method: 'POST',
  path: `${base}/:domainId/verify`,
  summary: "Look the domain's TXT record up",
  description: 'Where it proves nothing, the problem tells what was looked up and what was found.',
  params: domainParams,
  responses: { 200: domainView },
  problems: ['domain_not_verified', 'domain_taken'],
});

export const enableDomain = operation({
  ...write,
  id: 'enableDomain',
  method: 'POST',
  path: `${base}/:domainId/enable`,
  summary: 'Use a proved domain for single sign-on and directory sync',
  params: domainParams,
  responses: { 200: domainView },
  problems: ['domain_not_verified'],
});

export const disableDomain = operation({
  ...write,
  id: 'disableDomain',
  method: 'POST',
  path: `${base}/:domainId/disable`,
  summary: 'Stop using a domain; its proof stands',
  params: domainParams,
  responses: { 200: domainView },
  problems: ['domain_not_verified'],
});
