import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The Prometheus metrics of one service; inject it to add one's own. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly relayed: Counter<'topic'>;
  readonly consumed: Counter<'topic' | 'type'>;
  readonly retried: Counter<'topic'>;
  readonly parked: Counter<'topic'>;
  readonly lag: Gauge<'topic' | 'partition'>;

  constructor(service: string) {
    const registers = [this.registry];
    this.registry.setDefaultLabels({ service });
    this.requests = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Duration of HTTP requests by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    });
    this.relayed = new Counter({
      name: 'events_relayed_total',
      help: 'Events sent from the outbox to the bus.',
      labelNames: ['topic'],
      registers,
    });
    this.consumed = new Counter({
      name: 'events_consumed_total',
      help: 'Events handled.',
      labelNames: ['topic', 'type'],
      registers,
    });
    this.retried = new Counter({
      name: 'events_retried_total',
      help: 'Attempts at an event that failed and were repeated.',
      labelNames: ['topic'],
      registers,
    });
    this.parked = new Counter({
      name: 'events_parked_total',
      help: 'Events set aside after all attempts failed.',
      labelNames: ['topic'],
      registers,
    });
    this.lag = new Gauge({
      name: 'events_lag',
      help: 'Records between what was consumed and the end of the log.',
      labelNames: ['topic', 'partition'],
      registers,
    });
  }
}

/** Serves `/metrics` on a port of its own, so that it is not reachable where the service is. */
export async function serveMetrics(metrics: Metrics, host: string, port: number): Promise<Server> {
  collectDefaultMetrics({ register: metrics.registry });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
