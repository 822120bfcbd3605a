import { auditEntry, idOf, time } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';

const params = z.object({ accountId: idOf('acct') });

const entryView = z.object({
  id: idOf('audit'),
  /** Place in the account's chain, from 1 without a gap. */
  seq: z.int(),
  at: time,
  service: auditEntry.shape.service,
  actor: auditEntry.shape.actor,
  action: z.string(),
  target: auditEntry.shape.target,
  details: z.record(z.string(), z.unknown()),
  /** Empty where it was erased. */
  personal: z.record(z.string(), z.string()),
  /** SHA-256 over the entry before and this one. */
  hash: z.string(),
});

export const listAudit = operation({
  id: 'listAuditEntries',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/audit',
  tag: 'Audit log',
  summary: 'What was done in an account, the latest first.',
  access: ['admin'],
  params,
  query: pageQuery.extend({
    action: z.string().max(100).optional(),
    actorId: z.string().max(100).optional(),
    targetId: z.string().max(100).optional(),
    since: time.optional(),
    until: time.optional(),
  }),
  responses: { 200: pageOf(entryView) },
});

export const verifyAudit = operation({
  id: 'verifyAuditLog',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/audit/verification',
  tag: 'Audit log',
  summary: 'Checks the chain of hashes: whether an entry was changed, removed or put in between.',
  access: ['admin'],
  params,
  responses: { 200: z.object({ intact: z.boolean(), entries: z.int(), firstBroken: z.int().nullable() }) },
});
