import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database, leaderJob, type LeaderJob } from '@gatehouse/database';
import { Logger } from '@gatehouse/service-host';

const EVERY_MS = 10 * 60_000;
const BATCH = 5_000;

/** What has served: requests nobody answered, assertions that age refuses, answers that were heard, old tests. */
const served = [
  ['sign_in_requests', 'expires_at < clock_timestamp()'],
  ['used_assertions', 'expires_at < clock_timestamp()'],
  ['admissions', "decided_at < clock_timestamp() - interval '1 day'"],
  ['test_sign_ins', "created_at < clock_timestamp() - interval '30 days'"],
] as const;

@Injectable()
export class SignInMaintenance implements OnModuleInit, OnApplicationShutdown {
  private job: LeaderJob | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const report = (error: unknown): void =>
      this.logger.warn({ err: error }, 'old sign-in rows could not be deleted');
    this.job = leaderJob(this.database, 'prune-sign-ins', EVERY_MS, () => this.prune(), report);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.job?.stop();
  }

  async prune(): Promise<void> {
    for (const [table, condition] of served) {
      await this.database.query(
        `delete from ${table} where ctid in (select ctid from ${table} where ${condition} limit $1)`,
        [BATCH],
      );
    }
  }
}
