import {
  DomainDisabled,
  DomainEnabled,
  DomainRemoved,
  DomainVerified,
  newId,
  type Caller,
} from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem } from '@gatehouse/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { lockAccount } from '../account-lock.js';
import { canonicalDomainName, DomainNameRefusal } from './domain-name.js';
import { domainOrNotFound, findDomains, updateDomain, viewOf } from './domain-rows.js';
import type { DomainEntity } from './domain.entity.js';
import { publishDomain } from './domains.events.js';
import type { DomainView } from './domains.operations.js';
import { PROOF_CHECK, REPROOF_INTERVAL } from './proof-check.providers.js';
import { newProofToken, proofOf, type CheckProof, type ProofCheck } from './txt-proof.js';

@Injectable()
export class DomainsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(PROOF_CHECK) private readonly checkProof: CheckProof,
  ) {}

  async list(
    accountId: string,
    page: { limit: number; cursor?: string },
  ): Promise<{ items: DomainView[]; nextCursor: string | null }> {
    const rows = await findDomains(this.database, 'account_id = $1 and id > $2 order by id limit $3', [
      accountId,
      page.cursor ?? '',
      page.limit + 1,
    ]);
    const items = rows.slice(0, page.limit).map(viewOf);
    return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
  }

  async claim(caller: Caller, accountId: string, given: string): Promise<DomainView> {
    const name = canonical(given);
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const [existing] = await findDomains(tx, 'account_id = $1 and name = $2', [accountId, name]);
      if (existing !== undefined) {
        throw new Problem('conflict', `This account has claimed ${name} already.`, { domainId: existing.id });
      }
      const id = newId('dom');
      await tx.query(
        `insert into domains (id, account_id, name, status, proof_token, created_at) values ($1, $2, $3, 'pending', $4, now())`,
        [id, accountId, name, newProofToken()],
      );
      this.record(tx, caller, 'domain.claimed', { id, accountId }, { name });
      return viewOf(await domainOrNotFound(tx, accountId, id));
    });
  }

  /**
   * Looks the record up, outside any transaction, and takes the name where it proves the claim. Whether another account
   * owns the name is told only to somebody who has proved it: a claim must not become a question about others.
   */
  async verify(caller: Caller, accountId: string, id: string): Promise<DomainView> {
    const claim = await domainOrNotFound(this.database, accountId, id);
    const check = await this.checkProof(proofOf(claim.name, claim.proofToken));
    const domain = await this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const before = await domainOrNotFound(tx, accountId, id);
      if (check.outcome === 'proved') return this.proved(tx, caller, before);
      if (owns(before)) return before;
      return updateDomain(tx, id, 'last_checked_at = now(), last_failure = $2', [check.reason]);
    });
    if (check.outcome !== 'proved') throw notVerified(domain, check);
    return viewOf(domain);
  }

  private async proved(tx: Tx, caller: Caller, before: DomainEntity): Promise<DomainEntity> {
    const seen = `last_checked_at = now(), last_failure = null, failed_checks = 0, next_check_at = now() + $2::interval`;
    if (owns(before)) return updateDomain(tx, before.id, seen, [REPROOF_INTERVAL]);
    const domain = await updateDomain(tx, before.id, `${seen}, status = 'verified', verified_at = now()`, [
      REPROOF_INTERVAL,
    ]).catch((error: unknown) => {
      if (isUniqueViolation(error)) {
        throw new Problem(
          'domain_taken',
          `Another account has proved ${before.name}. It must give the domain up first.`,
        );
      }
      throw error;
    });
    await publishDomain(tx, this.outbox, DomainVerified, domain, 'verified');
    this.record(tx, caller, 'domain.verified', domain, { name: domain.name });
    return domain;
  }

  async enable(caller: Caller, accountId: string, id: string): Promise<DomainView> {
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const before = await domainOrNotFound(tx, accountId, id);
      if (!owns(before)) throw notVerified(before);
      if (before.status === 'enabled') return viewOf(before);
      const domain = await updateDomain(tx, id, `status = 'enabled', enabled_at = now()`);
      await publishDomain(tx, this.outbox, DomainEnabled, domain, 'enabled');
      this.record(tx, caller, 'domain.enabled', domain, { name: domain.name });
      return viewOf(domain);
    });
  }

  async disable(caller: Caller, accountId: string, id: string): Promise<DomainView> {
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const before = await domainOrNotFound(tx, accountId, id);
      if (!owns(before)) throw notVerified(before);
      if (before.status === 'verified') return viewOf(before);
      const domain = await updateDomain(tx, id, `status = 'verified', enabled_at = null`);
      await publishDomain(tx, this.outbox, DomainDisabled, domain, 'verified');
      this.record(tx, caller, 'domain.disabled', domain, { name: domain.name });
      return viewOf(domain);
    });
  }

  async remove(caller: Caller, accountId: string, id: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const domain = await domainOrNotFound(tx, accountId, id);
      const users = await tx.query<{ id: string }>(
        'select connection_id as id from connection_domains where domain_id = $1 order by 1',
        [id],
      );
      if (users.length > 0) {
        throw new Problem('domain_in_use', `Take ${domain.name} out of its connections first.`, {
          connectionIds: users.map((connection) => connection.id),
        });
      }
      await tx.query('delete from domains where id = $1', [id]);
      await publishDomain(tx, this.outbox, DomainRemoved, domain, 'removed');
      this.record(tx, caller, 'domain.removed', domain, { name: domain.name });
    });
  }

  private record(
    tx: Tx,
    caller: Caller,
    action: string,
    domain: { id: string; accountId: string },
    details: Record<string, unknown>,
  ): void {
    audit(tx, this.outbox, {
      accountId: domain.accountId,
      caller,
      action,
      target: { type: 'domain', id: domain.id },
      details,
    });
  }
}

function canonical(given: string): string {
  try {
    return canonicalDomainName(given);
  } catch (error) {
    if (!(error instanceof DomainNameRefusal)) throw error;
    throw new Problem('invalid_request', error.message, {
      reason: error.code,
      errors: [{ pointer: '/name', detail: error.message }],
    });
  }
}

/** True where the account has proved the domain and the proof stands. */
function owns(domain: DomainEntity): boolean {
  return domain.status === 'verified' || domain.status === 'enabled';
}

function notVerified(domain: DomainEntity, check?: Exclude<ProofCheck, { outcome: 'proved' }>): Problem {
  const proof = proofOf(domain.name, domain.proofToken);
  const detail = check?.reason ?? 'The domain is not proved.';
  return new Problem(
    'domain_not_verified',
    `${detail} Expected: a TXT record ${proof.name} with the value ${proof.value}. Publish it, then verify again.`,
    {
      proof,
      lookup: check && { outcome: check.outcome, type: proof.type, name: proof.name, found: check.found },
    },
  );
}

function isUniqueViolation(error: unknown): boolean {
  const code = (value: unknown): unknown =>
    value instanceof Object && 'code' in value ? value.code : undefined;
  const driver = error instanceof Object && 'driverError' in error ? error.driverError : undefined;
  return code(error) === '23505' || code(driver) === '23505';
}
