import { AuditRecorded, newId, type AuditEntry, type Caller, type ServiceName } from '@gatehouse/contracts';
import type { Tx } from '@gatehouse/database';
import type { Outbox } from '@gatehouse/eventing';

type Actor = AuditEntry['actor'];

export interface AuditInput {
  accountId: string | null;
  action: string;
  target: AuditEntry['target'];
  details?: Record<string, unknown>;
  /** Personal data of the entry, kept apart and emptied by erasure. */
  personal?: Record<string, string>;
  /** One of the two: who asked, or what acted by itself. */
  caller?: Caller;
  actor?: Actor;
}

/** Records in the audit log what this transaction does. */
export function audit(tx: Tx, outbox: Outbox, input: AuditInput): void {
  const { accountId, action, target, details = {}, personal = {} } = input;
  outbox.append(tx, AuditRecorded, {
    id: newId('audit'),
    at: new Date().toISOString(),
    accountId,
    service: outbox.service as ServiceName,
    actor: input.actor ?? actorOf(input.caller),
    action,
    target,
    details,
    personal,
  });
}

function actorOf(caller: Caller | undefined): Actor {
  switch (caller?.kind) {
    case 'user':
      return { kind: 'user', id: caller.userId };
    case 'api-key':
      return { kind: 'api-key', id: caller.keyId };
    case 'operator':
      return { kind: 'operator', id: null };
    case 'setup':
      return { kind: 'setup', id: caller.linkId };
    case 'gateway':
    case 'anonymous':
    case undefined:
      return { kind: 'system', id: null };
  }
}
