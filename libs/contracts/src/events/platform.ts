import { z } from 'zod';
import { defineEvents, defineTopic } from '../event.js';
import { idOf } from '../ids.js';
import { time, version } from './shared.js';

export const auditTopic = defineTopic({
  name: 'audit.entries.v1',
  partitions: 6,
  compacted: false,
  retentionHours: 24 * 30,
  publisher: 'all',
  description: 'What was done by whom, for the audit log. Key: account id, or `operator`.',
});

export const auditEntry = z.object({
  id: idOf('audit'),
  at: time,
  accountId: idOf('acct').nullable(),
  service: z.enum(['account', 'sso-config', 'directory-sync', 'auth-gateway']),
  actor: z.object({
    kind: z.enum(['user', 'api-key', 'operator', 'setup', 'directory', 'system']),
    id: z.string().nullable(),
  }),
  /** For example `domain.verified`. */
  action: z.string(),
  target: z.object({ type: z.string(), id: z.string() }),
  /** Ids, codes, and old and new settings: never personal data and never secrets. */
  details: z.record(z.string(), z.unknown()),
  /** Personal data that belong to the entry; stored apart, and emptied by erasure. */
  personal: z.record(z.string(), z.string()),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const { AuditRecorded } = defineEvents(
  auditTopic,
  auditEntry,
  (entry) => entry.accountId ?? 'operator',
  ['AuditRecorded'],
  {
    AuditRecorded: 'Something was done that the audit log keeps.',
  },
);

export const heartbeatsTopic = defineTopic({
  name: 'eventing.heartbeats.v1',
  partitions: 1,
  compacted: true,
  publisher: 'all',
  description:
    "One record a service each second, sent through its outbox: how old a consumer's view can be. Key: service name.",
});

export const heartbeat = z.object({ service: z.string(), version, at: time });

export const { Heartbeat } = defineEvents(heartbeatsTopic, heartbeat, (beat) => beat.service, ['Heartbeat'], {
  Heartbeat: 'The outbox of a service was moving at this time.',
});
