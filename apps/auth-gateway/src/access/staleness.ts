import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import { Metrics, SETTINGS } from '@gatehouse/service-host';
import { Gauge } from 'prom-client';
import type { GatewaySettings } from '../settings.js';

const WATCHED = ['account', 'sso-config', 'directory-sync'];

/**
 * How old this replica's view of the other services may be: the age of the oldest of their last heartbeats, which
 * travel the same way as every other event.
 */
@Injectable()
export class Staleness {
  private age = Number.POSITIVE_INFINITY;
  private measuredAt = 0;
  private parked = '';

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
    @Inject(Metrics) metrics: Metrics,
  ) {
    const gauge: Gauge = new Gauge({
      name: 'access_staleness_seconds',
      help: 'How old the view of the other services may be on which access is decided.',
      registers: [metrics.registry],
      collect: () => gauge.set(this.seconds()),
    });
  }

  /** Answers whether the set of parked events changed: then decisions that were made before do not hold. */
  async measure(): Promise<boolean> {
    const [row] = await this.database.query<{ age: number | null; heard: number; parked: string }>(
      `select (select extract(epoch from clock_timestamp() - min(at))::float8 from heartbeats where service = any($1)) as age,
              (select count(*)::int from heartbeats where service = any($1)) as heard,
              (select concat(count(*), ':', max(parked_at)) from parked_events) as parked`,
      [WATCHED],
    );
    this.age =
      row?.heard === WATCHED.length && row.age !== null ? Math.max(0, row.age) : Number.POSITIVE_INFINITY;
    this.measuredAt = performance.now();
    const changed = row !== undefined && row.parked !== this.parked;
    this.parked = row?.parked ?? this.parked;
    return changed;
  }

  seconds(): number {
    return this.age + (performance.now() - this.measuredAt) / 1000;
  }

  isFreshEnough(): boolean {
    const limit = this.settings.ACCESS_MAX_STALENESS;
    return limit === undefined || this.seconds() <= limit;
  }
}
