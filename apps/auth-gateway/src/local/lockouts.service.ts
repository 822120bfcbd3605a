import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import { digest } from '../browser/tokens.js';
import { tooMany } from './rate-limits.service.js';

const FREE_FAILURES = 5;
const LONGEST_SECONDS = 900;

/** After five wrong passwords in a row each further one doubles the wait, up to 15 minutes. Unknown addresses alike. */
@Injectable()
export class Lockouts {
  constructor(@Inject(Database) private readonly database: Database) {}

  async requireOpen(email: string): Promise<void> {
    const [row] = await this.database.query<{ seconds: number }>(
      'select ceil(extract(epoch from locked_until - clock_timestamp()))::int as seconds from password_failures where subject = $1 and locked_until > clock_timestamp()',
      [digest(email)],
    );
    if (row) throw tooMany(Math.max(1, row.seconds));
  }

  async failed(email: string): Promise<void> {
    await this.database.query(
      `insert into password_failures as f (subject, failures, failed_at, locked_until) values ($1, 1, clock_timestamp(), clock_timestamp())
       on conflict (subject) do update set
         failures = case when f.failed_at < clock_timestamp() - interval '1 day' then 1 else f.failures + 1 end,
         failed_at = clock_timestamp(),
         locked_until = clock_timestamp() + make_interval(secs =>
           case when f.failed_at < clock_timestamp() - interval '1 day' or f.failures + 1 < $2 then 0
                else least($3, power(2, least(f.failures + 1 - $2, 20))) end)`,
      [digest(email), FREE_FAILURES, LONGEST_SECONDS],
    );
  }

  async succeeded(email: string): Promise<void> {
    await this.database.query('delete from password_failures where subject = $1', [digest(email)]);
  }

  async prune(): Promise<void> {
    await this.database.query(
      "delete from password_failures where failed_at < clock_timestamp() - interval '2 days'",
    );
  }
}
