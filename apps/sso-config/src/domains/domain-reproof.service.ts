import { DomainLost } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit } from '@gatehouse/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { lockAccount } from '../account-lock.js';
import { domainOrNotFound, findDomains, updateDomain } from './domain-rows.js';
import type { DomainEntity } from './domain.entity.js';
import { publishDomain } from './domains.events.js';
import {
  FAILURES_UNTIL_LOST,
  PROOF_CHECK,
  RECHECK_INTERVAL,
  REPROOF_INTERVAL,
} from './proof-check.providers.js';
import { proofOf, type CheckProof, type ProofCheck } from './txt-proof.js';

/** Ownership must go on: proofs are looked up again on a schedule, and a domain whose record stays away is lost. */
@Injectable()
export class DomainReproofService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(PROOF_CHECK) private readonly checkProof: CheckProof,
  ) {}

  /** Checks the domains that are due, a hundred at most; answers how many were. Run by one replica at a time. */
  async checkDue(): Promise<number> {
    const due = await findDomains(
      this.database,
      "status in ('verified', 'enabled') and next_check_at <= now() order by next_check_at limit 100",
      [],
    );
    for (const domain of due) {
      const check = await this.checkProof(proofOf(domain.name, domain.proofToken));
      await this.settle(domain, check);
    }
    return due.length;
  }

  private async settle({ id, accountId }: DomainEntity, check: ProofCheck): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const [current] = await findDomains(tx, "id = $1 and status in ('verified', 'enabled')", [id]);
      // Removed or lost while DNS was asked.
      if (current === undefined) return;
      if (check.outcome === 'proved') {
        const proved =
          'failed_checks = 0, last_failure = null, last_checked_at = now(), next_check_at = now() + $2::interval';
        await updateDomain(tx, id, proved, [REPROOF_INTERVAL]);
        return;
      }
      const failed = `failed_checks = failed_checks + $2, last_failure = $3, last_checked_at = now(), next_check_at = now() + $4::interval`;
      const counted = check.outcome === 'absent' ? 1 : 0;
      const after = await updateDomain(tx, id, failed, [counted, check.reason, RECHECK_INTERVAL]);
      if (after.failedChecks < FAILURES_UNTIL_LOST) return;
      await updateDomain(tx, id, "status = 'lost', enabled_at = null, next_check_at = null");
      const lost = await domainOrNotFound(tx, accountId, id);
      await publishDomain(tx, this.outbox, DomainLost, lost, 'lost');
      audit(tx, this.outbox, {
        accountId,
        actor: { kind: 'system', id: null },
        action: 'domain.lost',
        target: { type: 'domain', id },
        details: { name: lost.name, reason: check.reason, found: check.found },
      });
    });
  }
}
