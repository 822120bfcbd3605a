import type { Tx } from '@gatehouse/database';
import { Problem } from '@gatehouse/service-host';
import type { DomainEntity } from './domain.entity.js';
import type { DomainView } from './domains.operations.js';
import { proofOf } from './txt-proof.js';

/** Anything that reads: a transaction, or the database outside one. */
export interface Reader {
  query<T>(sql: string, params?: unknown[]): Promise<T[]>;
}

const columns = `id, account_id as "accountId", name, status, proof_token as "proofToken", created_at as "createdAt",
  verified_at as "verifiedAt", enabled_at as "enabledAt", last_checked_at as "lastCheckedAt",
  failed_checks as "failedChecks", last_failure as "lastFailure", next_check_at as "nextCheckAt"`;

export async function findDomains(reader: Reader, where: string, params: unknown[]): Promise<DomainEntity[]> {
  return reader.query<DomainEntity>(`select ${columns} from domains where ${where}`, params);
}

/** @throws Problem `not_found`, also where the domain is another account's */
export async function domainOrNotFound(reader: Reader, accountId: string, id: string): Promise<DomainEntity> {
  const [domain] = await findDomains(reader, 'account_id = $1 and id = $2', [accountId, id]);
  if (domain === undefined) throw new Problem('not_found', 'This account has no such domain.');
  return domain;
}

/** Sets columns of one domain and answers the row as it is then. */
export async function updateDomain(
  tx: Tx,
  id: string,
  assignments: string,
  params: unknown[] = [],
): Promise<DomainEntity> {
  const [domain] = await tx.query<DomainEntity>(
    `update domains set ${assignments} where id = $1 returning ${columns}`,
    [id, ...params],
  );
  if (domain === undefined) throw new Error(`domain ${id} vanished inside its transaction`);
  return domain;
}

export function viewOf(domain: DomainEntity): DomainView {
  return {
    id: domain.id,
    name: domain.name,
    status: domain.status,
    proof: proofOf(domain.name, domain.proofToken),
    createdAt: domain.createdAt.toISOString(),
    verifiedAt: domain.verifiedAt?.toISOString() ?? null,
    enabledAt: domain.enabledAt?.toISOString() ?? null,
    lastCheckedAt: domain.lastCheckedAt?.toISOString() ?? null,
    lastFailure: domain.lastFailure,
  };
}
