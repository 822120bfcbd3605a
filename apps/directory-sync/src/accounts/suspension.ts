import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DirectoryUpdated } from '@gatehouse/contracts';
import { Database, leaderJob } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { Logger, SETTINGS } from '@gatehouse/service-host';
import {
  directoryColumns,
  type DirectoryRow,
  directoryState,
  saveDirectory,
} from '../directories/directory.row.js';
import type { Settings } from '../settings.js';

const EVERY_MINUTE = 60_000;

/** Publishes that the directories of accounts whose grace is over are suspended. Requests are refused by the date itself. */
@Injectable()
export class Suspension implements OnApplicationBootstrap, OnApplicationShutdown {
  private job: { stop(): Promise<void> } | undefined;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.job = leaderJob(
      this.database,
      'suspend-directories',
      EVERY_MINUTE,
      () => this.suspendOverdue(),
      (error) => this.logger.warn({ err: error }, 'could not look for directories whose plan has ended'),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.job?.stop();
  }

  async suspendOverdue(): Promise<void> {
    const count = await this.database.inTransaction(async (tx) => {
      const overdue = await tx.query<DirectoryRow>(
        `select ${directoryColumns} from directory
          where not suspended and status <> 'removed' and account_id in (
            select id from account where plan <> 'enterprise'
              and (enterprise_ended_at is null or enterprise_ended_at + make_interval(days => $1) <= now()))
          order by id limit 100 for update skip locked`,
        [this.settings.PLAN_GRACE_DAYS],
      );
      for (const row of overdue) {
        const next = await saveDirectory(tx, row, { suspended: true });
        this.outbox.append(tx, DirectoryUpdated, directoryState(next));
      }
      return overdue.length;
    });
    if (count > 0) this.logger.info({ directories: count }, 'suspended directories whose plan has ended');
  }
}
