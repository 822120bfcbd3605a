import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Database, migrate, openDatabase } from '@gatehouse/database';
import {
  type Bus,
  eventingEntities,
  eventingMigrations,
  type EventingHooks,
  Outbox,
  startEventing,
} from '@gatehouse/eventing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { createLogger, type Logger, NestLog } from '../observability/logger.js';
import { Metrics, serveMetrics } from '../observability/metrics.js';
import { startTracing, traceRequests } from '../observability/tracing.js';
import { ProblemFilter, sendProblem, toProblem } from '../problem.filter.js';
import type { ServiceDefinition } from './definition.js';
import { eventingHooks, openBus } from './bus.js';
import { Health } from './health.js';
import { HostModule } from './host.module.js';
import { type CommonSettings, type Environment, readSettings } from './settings.js';

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly database: Database;
  readonly bus: Bus;
  readonly logger: Logger;
  /** Stops in order: no new requests, those in flight end, consumers, relay, bus, database. */
  close(): Promise<void>;
}

export interface StartOptions {
  env: Environment;
  logger?: Logger;
  /** In one process with others: no signal handlers, no metrics port of its own. */
  embedded?: boolean;
}

const BODY_LIMIT = 1024 * 1024;
const quiet = (path: string): boolean => path.startsWith('/authorize') || path.startsWith('/health/');

/**
 * Starts a service: settings, database, migrations, bus, HTTP; ready when it listens.
 * @throws SettingsError, DatabaseUnreachable, or the listen error, each with everything closed again
 */
export async function startService(
  definition: ServiceDefinition,
  options: StartOptions,
): Promise<RunningService> {
  const settings = readSettings(options.env, definition.settings, definition);
  const logger =
    options.logger ??
    createLogger({ service: definition.name, level: settings.LOG_LEVEL, format: settings.LOG_FORMAT });
  const opened: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse())
      await close().catch((error: unknown) => logger.warn({ err: error }, 'a part did not close cleanly'));
  };
  try {
    if (!options.embedded) {
      const tracing = await startTracing(definition.name);
      opened.push(() => tracing.shutdown());
    }
    return await start(definition, settings, logger, options, opened, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  definition: ServiceDefinition,
  settings: CommonSettings,
  logger: Logger,
  options: StartOptions,
  opened: (() => Promise<unknown>)[],
  closeAll: () => Promise<void>,
): Promise<RunningService> {
  const metrics = new Metrics(definition.name);
  const database = await openServiceDatabase(definition, settings);
  opened.push(() => database.close());
  if (settings.MIGRATE) await migrate(database);
  const hooks: EventingHooks = eventingHooks(logger, metrics);
  const bus = await openBus(definition, settings, database, hooks);
  opened.push(() => bus.close());
  const outbox = new Outbox(database);

  const app = await createApp(definition, settings, { logger, metrics, database, outbox });
  const health = new Health(database, bus);
  health.addRoutes(fastifyOf(app));
  // Without the global filter: a handler that fails must be seen to fail, and be tried again.
  app.connectMicroservice({ strategy: bus.server });
  const eventing = startEventing({ service: definition.name, database, outbox, bus, hooks });
  opened.push(() => eventing.stop());
  opened.push(() => app.close());
  await app.startAllMicroservices();
  await app.listen(settings.PORT, settings.HOST);
  if (!options.embedded) await openMetrics(metrics, settings, opened);
  health.phase = 'ready';
  const url = await listeningAt(app);
  logger.info({ url }, `${definition.name} listens`);
  opened.push(async () => void (health.phase = 'stopping'));
  return { app, url, database, bus, logger, close: closeAll };
}

/** Opens the database of a service as its settings say. */
export function openServiceDatabase(
  definition: ServiceDefinition,
  settings: CommonSettings,
): Promise<Database> {
  return openDatabase({
    url: settings.DATABASE_URL,
    directUrl: settings.DATABASE_DIRECT_URL,
    schema: definition.schema,
    entities: [...eventingEntities, ...definition.entities],
    migrations: [...eventingMigrations, ...definition.migrations],
    poolSize: settings.DATABASE_POOL,
  });
}

interface AppParts {
  logger: Logger;
  metrics: Metrics;
  database: Database;
  outbox: Outbox;
}

async function createApp(
  definition: ServiceDefinition,
  settings: CommonSettings,
  { logger, metrics, database, outbox }: AppParts,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    trustProxy: settings.TRUSTED_PROXIES.length > 0 ? settings.TRUSTED_PROXIES : false,
    forceCloseConnections: 'idle',
    // What the router refuses before any handler, such as a broken escape in the address.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, toProblem(error)),
    routerOptions: { ignoreTrailingSlash: false },
  });
  const host = HostModule.for(definition, { settings, database, outbox, logger, metrics });
  const app = await NestFactory.create<NestFastifyApplication>(host, adapter, {
    logger: new NestLog(logger),
    abortOnError: false,
  });
  const fastify = fastifyOf(app);
  traceRequests(fastify, quiet);
  measureRequests(fastify, metrics);
  app.useGlobalFilters(new ProblemFilter(logger));
  return app;
}

function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.requests.observe(
      { method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    done();
  });
}

async function openMetrics(
  metrics: Metrics,
  settings: CommonSettings,
  opened: (() => Promise<unknown>)[],
): Promise<void> {
  const server: Server = await serveMetrics(metrics, settings.HOST, settings.METRICS_PORT);
  opened.push(() => new Promise((resolve) => server.close(resolve)));
}

async function listeningAt(app: NestFastifyApplication): Promise<string> {
  const { port } = new URL(await app.getUrl());
  return `http://127.0.0.1:${port}`;
}

/** Nest types the instance by its adapter's generics, which plugins do not share. */
function fastifyOf(app: NestFastifyApplication): FastifyInstance {
  const instance: unknown = app.getHttpAdapter().getInstance();
  return instance as FastifyInstance;
}
