import { Controller, Inject, Injectable } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AdmissionDecided, type Admission } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Consumes, type EventContext } from '@gatehouse/eventing';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface AdmissionAnswer extends Record<string, unknown> {
  admitted: boolean;
  userId: string | null;
  reason: string | null;
  /** The membership is known here too, so that the next request is let in. */
  settled: boolean;
}

const POLL_MS = 100;

/** Answers of the account service to first sign-ins. */
@Injectable()
export class Admissions {
  private readonly arrivals = new EventEmitter().setMaxListeners(0);

  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Waits for the answer to a sign-in. Another replica may be the one that consumes it, hence the look at the row
   * besides being told. Undefined where none came in time.
   */
  async wait(signInId: string, timeoutMs: number): Promise<AdmissionAnswer | undefined> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const answer = await this.find(signInId);
      if (answer && (answer.settled || !answer.admitted)) return answer;
      if (performance.now() >= until) return answer;
      await this.nextLook(signInId);
    }
  }

  arrived(signInId: string): void {
    this.arrivals.emit(signInId);
  }

  private async nextLook(signInId: string): Promise<void> {
    const stop = new AbortController();
    await Promise.race([
      delay(POLL_MS, undefined, { signal: stop.signal }),
      once(this.arrivals, signInId, { signal: stop.signal }),
    ]).finally(() => stop.abort());
  }

  private async find(signInId: string): Promise<AdmissionAnswer | undefined> {
    const [answer] = await this.database.query<AdmissionAnswer>(
      `select d.admitted, d.user_id as "userId", d.reason, m.status = 'active' is true as settled
       from admissions d left join memberships m on m.id = d.membership_id where d.sign_in_id = $1`,
      [signInId],
    );
    return answer;
  }
}

@Controller()
export class AdmissionsConsumer {
  constructor(@Inject(Admissions) private readonly admissions: Admissions) {}

  @Consumes(AdmissionDecided)
  async decided(@Payload() answer: Admission, @Ctx() { tx }: EventContext): Promise<void> {
    const { signInId, accountId, admitted, userId, membershipId, reason } = answer;
    await tx.query(
      `insert into admissions (sign_in_id, account_id, admitted, user_id, membership_id, reason)
       values ($1, $2, $3, $4, $5, $6) on conflict (sign_in_id) do nothing`,
      [signInId, accountId, admitted, userId, membershipId, reason],
    );
    tx.afterCommit(() => this.admissions.arrived(signInId));
  }
}
