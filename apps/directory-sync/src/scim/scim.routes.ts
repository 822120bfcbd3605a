import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  badRequest,
  etagOf,
  listResponse,
  presentResource,
  readListQuery,
  readResourceQuery,
  ScimError,
  type StoredResource,
  userResourceType,
} from '@gatehouse/scim';
import { Logger, SETTINGS } from '@gatehouse/service-host';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { directoryBaseUrl } from '../directories/base-url.js';
import type { DirectoryContext } from '../directories/directory-contexts.js';
import type { Settings } from '../settings.js';
import { StaleContext } from '../users/stale-context.js';
import { UsersService } from '../users/users.service.js';
import { ScimAuthentication } from './authentication.js';
import { discoveryDocument } from './discovery.js';
import { ifMatchOf, matchesEtag } from './preconditions.js';
import { SCIM_MEDIA_TYPE, sendScimError, toScimError } from './scim-errors.js';

const BODY_LIMIT = 1024 * 1024;
const MAX_ATTEMPTS = 4;

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

type Params = Record<string, string | undefined>;
type Work = (context: DirectoryContext, request: FastifyRequest) => Promise<Answer>;

/**
 * SCIM 2.0 under `/scim/v2/:directoryId`, as raw Fastify routes: it has its own media type, errors and authentication,
 * and each create is measured against the database itself.
 */
@Injectable()
export class ScimRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authentication: ScimAuthentication,
    private readonly users: UsersService,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Not awaited: that would make Fastify ready before Nest has given it its error handler. What fails here fails the start. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register(async (scope) => this.configure(scope), { prefix: '/scim' });
  }

  private configure(instance: FastifyInstance): void {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser(
      [SCIM_MEDIA_TYPE, 'application/json'],
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      (_request, body, done) => {
        done(null, body);
      },
    );
    instance.setErrorHandler((error, request, reply) => {
      this.fail(error, request, reply);
    });
    instance.setNotFoundHandler((request, reply) => {
      sendScimError(reply, notFoundError(request.url));
    });
    const base = '/v2/:directoryId';
    const user = `${base}/Users/:id`;
    // Look-up and create are what identity providers do most: they trust the cached context, and verify it in their one statement.
    this.route(instance, 'GET', `${base}/Users`, false, (context, request) => this.list(context, request));
    this.route(instance, 'POST', `${base}/Users`, false, (context, request) => this.create(context, request));
    this.route(instance, 'GET', user, true, (context, request) => this.get(context, request));
    this.route(instance, 'PUT', user, true, (context, request) => this.replace(context, request));
    this.route(instance, 'PATCH', user, true, (context, request) => this.patch(context, request));
    this.route(instance, 'DELETE', user, true, (context, request) => this.remove(context, request));
    // Whatever else is under a directory: discovery, or an error in SCIM's form, both for token holders only.
    this.route(instance, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], `${base}/*`, true, (context, request) =>
      Promise.resolve(this.other(context, request)),
    );
  }

  private route(
    instance: FastifyInstance,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')[],
    url: string,
    fresh: boolean,
    work: Work,
  ): void {
    // Some clients end collections with a slash.
    const urls = url.endsWith('*') ? [url] : [url, `${url}/`];
    for (const path of urls) {
      instance.route({
        method,
        url: path,
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          const { status, body, headers } = await this.answer(request, fresh, work);
          void reply.status(status).header('cache-control', 'no-store');
          if (headers) void reply.headers(headers);
          if (body === undefined) return reply.send();
          return reply.type(SCIM_MEDIA_TYPE).send(JSON.stringify(body));
        },
      });
    }
  }

  private async answer(request: FastifyRequest, fresh: boolean, work: Work): Promise<Answer> {
    const directoryId = param(request, 'directoryId');
    const { authorization } = request.headers;
    let context = await this.authentication.authenticate(authorization, directoryId, {
      fresh,
      counted: true,
    });
    let isFresh = fresh;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(context, request);
      } catch (error) {
        // What a statement did not verify may have been refused by what is true no more.
        const mayBeStale = error instanceof StaleContext || (error instanceof ScimError && !isFresh);
        if (!mayBeStale || attempt === MAX_ATTEMPTS) throw error;
        const { revision } = context;
        context = await this.authentication.authenticate(authorization, directoryId, {
          fresh: true,
          counted: false,
        });
        isFresh = true;
        if (error instanceof ScimError && context.revision === revision) throw error;
      }
    }
  }

  private async list(context: DirectoryContext, request: FastifyRequest): Promise<Answer> {
    const query = readListQuery(userResourceType, queryOf(request), context.dialect);
    const { users, total } = await this.users.list(context, query);
    const base = this.baseUrl(context);
    const resources = users.map((user) => presentResource(userResourceType, user, base, query.projection));
    return { status: 200, body: listResponse(resources, total, query.startIndex) };
  }

  private async create(context: DirectoryContext, request: FastifyRequest): Promise<Answer> {
    const projection = readResourceQuery(userResourceType, queryOf(request), context.dialect);
    const user = await this.users.create(context, bodyOf(request), new Date());
    const answer = this.present(context, user, 201, projection);
    return {
      ...answer,
      headers: {
        ...answer.headers,
        location: `${this.baseUrl(context)}${userResourceType.endpoint}/${user.id}`,
      },
    };
  }

  private async get(context: DirectoryContext, request: FastifyRequest): Promise<Answer> {
    const projection = readResourceQuery(userResourceType, queryOf(request), context.dialect);
    const user = await this.users.get(context, param(request, 'id'));
    const etag = etagOf(user.version);
    if (matchesEtag(request.headers['if-none-match'], user.version))
      return { status: 304, headers: { etag } };
    return this.present(context, user, 200, projection);
  }

  private async replace(context: DirectoryContext, request: FastifyRequest): Promise<Answer> {
    const projection = readResourceQuery(userResourceType, queryOf(request), context.dialect);
    const user = await this.users.replace(context, param(request, 'id'), bodyOf(request), changeOf(request));
    return this.present(context, user, 200, projection);
  }

  private async patch(context: DirectoryContext, request: FastifyRequest): Promise<Answer> {
    const projection = readResourceQuery(userResourceType, queryOf(request), context.dialect);
    const user = await this.users.patch(context, param(request, 'id'), bodyOf(request), changeOf(request));
    // Always with a body: Okta takes an empty answer for an error.
    return this.present(context, user, 200, projection);
  }

  private async remove(context: DirectoryContext, request: FastifyRequest): Promise<Answer> {
    await this.users.remove(context, param(request, 'id'), changeOf(request));
    return { status: 204 };
  }

  private other(context: DirectoryContext, request: FastifyRequest): Answer {
    const path = param(request, '*');
    const document = discoveryDocument(path, this.baseUrl(context));
    if (document !== undefined && request.method === 'GET') {
      if (queryOf(request)['filter'] !== undefined) {
        throw new ScimError(403, 'Discovery documents can not be filtered (RFC 7644 §4).');
      }
      return { status: 200, body: document };
    }
    if (document !== undefined || /^Users(\/[^/]+)?\/?$/i.test(path)) {
      throw new ScimError(405, `${request.method} is not possible at this address.`);
    }
    if (/^Me\/?$/i.test(path))
      throw new ScimError(501, '/Me is not offered: a token stands for a directory, not for a user.');
    throw notFoundError(request.url);
  }

  private present(
    context: DirectoryContext,
    user: StoredResource,
    status: number,
    projection: ReturnType<typeof readResourceQuery>,
  ): Answer {
    return {
      status,
      body: presentResource(userResourceType, user, this.baseUrl(context), projection),
      headers: { etag: etagOf(user.version) },
    };
  }

  private baseUrl(context: DirectoryContext): string {
    return directoryBaseUrl(this.settings, context.id);
  }

  private fail(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const known = toScimError(error);
    if (known.status >= 500 && known.status !== 501) {
      const path = request.url.split('?', 1)[0];
      this.logger.error(
        { err: error, requestId: request.id, method: request.method, path },
        'SCIM request failed',
      );
    }
    sendScimError(reply, known);
  }
}

function changeOf(request: FastifyRequest) {
  return { receivedAt: new Date(), ifMatch: ifMatchOf(request.headers['if-match']) };
}

function param(request: FastifyRequest, name: string): string {
  return (request.params as Params)[name] ?? '';
}

function queryOf(request: FastifyRequest): Record<string, unknown> {
  return request.query as Record<string, unknown>;
}

/** Parsed here and not by Fastify's own parser, which would refuse `__proto__` with an error that is not SCIM's. */
function bodyOf(request: FastifyRequest): unknown {
  if (typeof request.body !== 'string' || request.body.trim() === '') {
    throw badRequest('invalidSyntax', 'The body is empty. Send JSON as application/scim+json.');
  }
  try {
    return JSON.parse(request.body) as unknown;
  } catch {
    throw badRequest('invalidSyntax', 'The body is not valid JSON.');
  }
}

function notFoundError(url: string): ScimError {
  const path = (url.split('?', 1)[0] ?? '').slice(0, 200);
  return new ScimError(404, `There is nothing at ${path}. See /ResourceTypes for what this directory has.`);
}
