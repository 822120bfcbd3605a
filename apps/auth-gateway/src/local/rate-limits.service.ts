import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import { Problem } from '@gatehouse/service-host';
import { digest } from '../browser/tokens.js';

export interface Limit {
  name: string;
  /** What may come at once. */
  burst: number;
  /** What may come in the long run. */
  perMinute: number;
}

export const limits = {
  discoveryByAddress: { name: 'discover:address', burst: 120, perMinute: 240 },
  passwordByAddress: { name: 'password:address', burst: 100, perMinute: 120 },
  passwordByPerson: { name: 'password:person', burst: 20, perMinute: 12 },
  acceptByAddress: { name: 'accept:address', burst: 60, perMinute: 30 },
  resetByAddress: { name: 'reset:address', burst: 20, perMinute: 6 },
  resetByPerson: { name: 'reset:person', burst: 3, perMinute: 0.2 },
} as const satisfies Record<string, Limit>;

/** Token buckets in Postgres, so that several replicas count together. Subjects are kept as hashes. */
@Injectable()
export class RateLimits {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Takes one token; throws `rate_limited` with Retry-After where there is none. */
  async take(limit: Limit, subject: string): Promise<void> {
    const perSecond = limit.perMinute / 60;
    const refilled = 'least($2, r.tokens + extract(epoch from clock_timestamp() - r.refilled_at) * $3)';
    const taken = await this.database.query(
      `insert into rate_limits as r (bucket, tokens, refilled_at) values ($1, $2::float8 - 1, clock_timestamp())
       on conflict (bucket) do update set tokens = ${refilled} - 1, refilled_at = clock_timestamp()
       where ${refilled} >= 1
       returning tokens`,
      [`${limit.name}:${digest(subject)}`, limit.burst, perSecond],
    );
    if (taken.length === 0) throw tooMany(Math.ceil(1 / perSecond));
  }

  /** Buckets that are full again say nothing. */
  async prune(): Promise<void> {
    await this.database.query(
      "delete from rate_limits where refilled_at < clock_timestamp() - interval '1 hour'",
    );
  }
}

export function tooMany(seconds: number): Problem {
  return new Problem(
    'rate_limited',
    `Too many attempts. Try again in ${seconds} s.`,
    {},
    { 'retry-after': String(seconds) },
  );
}
