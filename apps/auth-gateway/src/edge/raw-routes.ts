import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Authorize } from '../access/authorize.js';
import { serveConsole } from './console.js';
import { Proxy } from './proxy.service.js';

/** From `src` and from `dist` alike. */
const ROOT = join(import.meta.dirname, '../../../..');
const CONSOLE = join(ROOT, 'apps/console/dist');
const OPENAPI = join(ROOT, 'libs/api-client/openapi.json');

/** Routes outside Nest's pipeline: what streams, what must be fast, and files. */
@Injectable()
export class RawRoutes implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Authorize) private readonly authorize: Authorize,
    @Inject(Proxy) private readonly proxy: Proxy,
  ) {}

  /** Not awaited: that would make Fastify ready before Nest has given it its error handler. What fails here fails the start. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.addAuthorize(fastify);
    void fastify.register(async (scope) => this.addProxy(scope));
    fastify.get('/api/openapi.json', async (_, reply) => {
      const document = await readFile(OPENAPI, 'utf8');
      return reply.type('application/json').header('cache-control', 'no-cache').send(document);
    });
    void fastify.register(async (scope) => serveConsole(scope, CONSOLE));
  }

  /**
   * Answered as the server hands the request over, before Fastify's own work, which costs more than the decision. The
   * route stays for servers that Fastify opens besides, where a host name has several addresses.
   */
  private addAuthorize(fastify: FastifyInstance): void {
    const others = fastify.server.listeners('request');
    fastify.server.removeAllListeners('request');
    fastify.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (isAuthorize(request.url)) return this.authorize.handle(request, response);
      for (const other of others) other.call(fastify.server, request, response);
    });
    fastify.route({
      method: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/authorize',
      handler: (request, reply) => {
        reply.hijack();
        this.authorize.handle(request.raw, reply.raw);
      },
    });
  }

  private addProxy(scope: FastifyInstance): void {
    // The body is passed on as it comes; the service that owns the operation reads it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all('/api/v1/*', (request, reply) => this.proxy.api(request, reply));
    scope.all('/scim/v2/*', (request, reply) => this.proxy.scim(request, reply));
  }
}

function isAuthorize(url = ''): boolean {
  return url === '/authorize' || url.startsWith('/authorize?');
}
