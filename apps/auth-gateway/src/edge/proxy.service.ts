import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@gatehouse/contracts';
import { Logger, Problem, sendProblem, SETTINGS, toProblem } from '@gatehouse/service-host';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pipeline } from 'node:stream/promises';

import { BrowserCookies } from '../browser/cookies.js';
import { refuseForeignOrigin } from '../browser/csrf.js';
import { ServiceTokens } from '../keys/service-tokens.js';
import type { GatewaySettings } from '../settings.js';
import { Callers } from './caller.service.js';
import { requestHeaders, responseHeaders } from './headers.js';
import { type Route, routeOf } from './routes.js';
import { Upstreams, type Upstream } from './upstreams.js';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const API_BODY_LIMIT = 1_048_576;
/** `..` and `.`, escaped or not: whether a service resolves them must not decide what is reached. */
const DOT_SEGMENT = /^[^?]*(?:\/(?:\.|%2e){1,2}(?:[/?]|$)|\\)/i;

/** Passes requests on to the services, streaming both ways. */
@Injectable()
export class Proxy {
  private readonly publicUrl: URL;

  constructor(
    @Inject(SETTINGS) settings: GatewaySettings,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(ServiceTokens) private readonly tokens: ServiceTokens,
    @Inject(Upstreams) private readonly upstreams: Upstreams,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(Logger) private readonly logger: Logger,
  ) {
    this.publicUrl = new URL(settings.PUBLIC_URL);
  }

  /** `/api/v1/**`: establishes the caller, and tells the service by a token made for it alone. */
  async api(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.answering(request, reply, async () => {
      const [path = ''] = request.url.split('?', 1);
      const route = routeOf(path);
      if (!route) throw new Problem('not_found', 'There is nothing at this address.');
      // No origin but our own is allowed, so a preflight gets no CORS headers.
      if (request.method === 'OPTIONS') return void reply.status(204).header('allow', METHODS).send();
      if (Number(request.headers['content-length'] ?? 0) > API_BODY_LIMIT)
        throw new Problem('body_too_large', 'The body must not be larger than 1 MiB.');
      const caller = await this.callerOf(request, route);
      const headers = requestHeaders(request.headers, this.forwarding(request));
      headers['authorization'] = `Bearer ${this.tokens.make(route.upstream, caller)}`;
      const setupToken = route.setup ? this.cookies.setup(request) : undefined;
      if (setupToken !== undefined) headers['cookie'] = `${this.cookies.setupName}=${setupToken}`;
      await this.pass(route.upstream, request, reply, headers, route.setup);
    });
  }

  /** `/scim/v2/**`: directories authenticate at directory-sync itself. */
  async scim(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.answering(request, reply, async () => {
      if (DOT_SEGMENT.test(request.url)) throw new Problem('not_found', 'There is nothing at this address.');
      const headers = requestHeaders(request.headers, this.forwarding(request), ['authorization']);
      await this.pass('directory-sync', request, reply, headers, false);
    });
  }

  private async callerOf(request: FastifyRequest, route: Route): Promise<Caller> {
    if (route.anonymous !== true) return this.callers.of(request.raw, route);
    refuseForeignOrigin(request, this.publicUrl.origin);
    return { kind: 'anonymous' };
  }

  private async pass(
    service: Upstream,
    request: FastifyRequest,
    reply: FastifyReply,
    headers: Record<string, string | string[]>,
    maySetCookie: boolean,
  ): Promise<void> {
    const gone = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const response = await this.upstreams.request(service, {
      method: request.method,
      path: request.url,
      headers,
      body: hasBody(request) ? request.raw : null,
      signal: gone.signal,
    });
    reply.hijack();
    // What the application's hooks set, security headers above all, yields to what the service says.
    reply.raw.writeHead(response.statusCode, {
      ...reply.getHeaders(),
      ...responseHeaders(response.headers, maySetCookie),
    } as Record<string, string | string[]>);
    await pipeline(response.body, reply.raw);
  }

  private async answering(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (reply.raw.headersSent || request.raw.destroyed) {
        reply.raw.destroy();
        return;
      }
      const problem = toProblem(error);
      if (!(error instanceof Problem))
        this.logger.error({ err: error, requestId: request.id }, 'a request could not be passed on');
      sendProblem(reply, problem);
    }
  }

  private forwarding(request: FastifyRequest): { address: string; publicUrl: URL; requestId: string } {
    return { address: request.ip, publicUrl: this.publicUrl, requestId: request.id };
  }
}

function hasBody(request: FastifyRequest): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}
