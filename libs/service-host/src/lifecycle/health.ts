import type { Database } from '@gatehouse/database';
import type { BusHealth } from '@gatehouse/eventing';
import type { FastifyInstance } from 'fastify';

export type Phase = 'starting' | 'ready' | 'stopping';

/**
 * Liveness: should this process be replaced? Readiness: should it get requests? An unreachable broker fails neither,
 * since a restart mends nothing; a database that does not answer fails readiness.
 */
export class Health {
  phase: Phase = 'starting';

  constructor(
    private readonly database: Database,
    private readonly bus: BusHealth,
  ) {}

  addRoutes(fastify: FastifyInstance): void {
    fastify.get('/health/live', async (_request, reply) => {
      const live = await this.bus.live();
      return reply.status(live ? 200 : 503).send({ status: live ? 'live' : 'consumer_stopped' });
    });
    fastify.get('/health/ready', async (_request, reply) => {
      const status = await this.readiness();
      return reply.status(status === 'ready' ? 200 : 503).send({ status });
    });
  }

  private async readiness(): Promise<string> {
    if (this.phase !== 'ready') return this.phase;
    if (!this.bus.caughtUp()) return 'catching_up';
    try {
      await this.database.query('SELECT 1');
      return 'ready';
    } catch {
      return 'database_unreachable';
    }
  }
}
