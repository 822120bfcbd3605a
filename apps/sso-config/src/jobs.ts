import { Database, leaderJob, type LeaderJob } from '@gatehouse/database';
import { Logger } from '@gatehouse/service-host';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SuspensionService } from './connections/suspension.service.js';
import { DomainReproofService } from './domains/domain-reproof.service.js';

const MINUTE = 60_000;

/** What this service does by itself, on one replica at a time. */
@Injectable()
export class Jobs implements OnApplicationBootstrap, OnApplicationShutdown {
  private running: LeaderJob[] = [];

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly reproof: DomainReproofService,
    private readonly suspension: SuspensionService,
  ) {}

  onApplicationBootstrap(): void {
    this.start('domain-reproof', MINUTE, async () => void (await this.reproof.checkDue()));
    this.start('plan-suspension', 10 * MINUTE, () => this.suspension.suspendOverdue());
    this.start('setup-session-pruning', 60 * MINUTE, () => this.pruneSessions());
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.map((job) => job.stop()));
  }

  /** The link keeps its history; an ended session is of no further use. */
  private async pruneSessions(): Promise<void> {
    await this.database.query("delete from setup_sessions where expires_at < now() - interval '1 day'");
  }

  private start(name: string, everyMs: number, work: () => Promise<void>): void {
    const onError = (error: unknown): void =>
      this.logger.error({ err: error, job: name }, 'a job failed; it runs again');
    this.running.push(leaderJob(this.database, name, everyMs, work, onError));
  }
}
