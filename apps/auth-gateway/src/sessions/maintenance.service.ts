import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database, leaderJob, type LeaderJob } from '@gatehouse/database';
import { Logger } from '@gatehouse/service-host';
import { Lockouts } from '../local/lockouts.service.js';
import { RateLimits } from '../local/rate-limits.service.js';
import { PasswordResets } from '../local/resets.service.js';

const EVERY_MS = 10 * 60_000;
const BATCH = 5_000;

/** Deletes rows that have served, on one replica at a time. */
@Injectable()
export class Maintenance implements OnModuleInit, OnApplicationShutdown {
  private job: LeaderJob | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RateLimits) private readonly rateLimits: RateLimits,
    @Inject(Lockouts) private readonly lockouts: Lockouts,
    @Inject(PasswordResets) private readonly resets: PasswordResets,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.job = leaderJob(
      this.database,
      'prune',
      EVERY_MS,
      () => this.prune(),
      (error) => this.logger.warn({ err: error }, 'old rows could not be deleted'),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.job?.stop();
  }

  async prune(): Promise<void> {
    // Kept for a week, so that an old cookie is told that its session was revoked, and not that it never was.
    await this.database.query(
      `delete from sessions where id in (
         select id from sessions where least(ended_at, expires_at) < clock_timestamp() - interval '7 days' limit $1)`,
      [BATCH],
    );
    await this.rateLimits.prune();
    await this.lockouts.prune();
    await this.resets.prune();
  }
}
