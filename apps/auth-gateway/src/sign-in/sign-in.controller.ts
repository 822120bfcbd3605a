import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { canonicalEmail, emailDomain } from '@gatehouse/contracts';
import { Handles, Input, type InputOf, SETTINGS } from '@gatehouse/service-host';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { safeReturnTo } from '../access/return-to.js';
import { refuseForeignOrigin } from '../browser/csrf.js';
import { Connections, type Connection } from '../connections/connections.service.js';
import { limits, RateLimits } from '../local/rate-limits.service.js';
import type { GatewaySettings } from '../settings.js';
import { Tests } from '../tests/tests.service.js';
import { Outcomes } from './outcomes.service.js';
import { sendPage } from './pages.js';
import { SignInRefusal } from './refusal.js';
import { discover } from './sign-in.operations.js';
import { SignInStart, type StartOf } from './start.service.js';

interface StartQuery {
  email?: unknown;
  returnTo?: unknown;
}

/** Where a sign-in through an identity provider begins. */
@Controller()
export class SignInController {
  constructor(
    @Inject(Connections) private readonly connections: Connections,
    @Inject(SignInStart) private readonly starts: SignInStart,
    @Inject(Tests) private readonly tests: Tests,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
    @Inject(RateLimits) private readonly rateLimits: RateLimits,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Handles(discover)
  async discover(@Input() { body, request }: InputOf<typeof discover>): Promise<unknown> {
    refuseForeignOrigin(request, this.settings.PUBLIC_URL);
    await this.rateLimits.take(limits.discoveryByAddress, request.ip);
    const email = canonicalEmail(body.email);
    // One look-up by domain whatever the address: the answer takes the same time for people who do not exist.
    const connection = await this.connections.ofDomain(email === undefined ? '' : emailDomain(email));
    if (connection === undefined || email === undefined) return { method: 'password' };
    return { method: 'sso', url: `${this.settings.PUBLIC_URL}/auth/sso?email=${encodeURIComponent(email)}` };
  }

  @Get('auth/sso')
  async byEmail(
    @Query() query: StartQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.rateLimits.take(limits.discoveryByAddress, request.ip);
    const email = typeof query.email === 'string' ? canonicalEmail(query.email) : undefined;
    const connection = await this.connections.ofDomain(email === undefined ? '' : emailDomain(email));
    await this.start(request, reply, connection, query, email);
  }

  /** Also where a provider's own portal leads (OpenID Connect Core §4): it begins here, with a request of ours. */
  @Get('auth/sso/:connectionId')
  async byConnection(
    @Param('connectionId') id: string,
    @Query() query: StartQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.rateLimits.take(limits.discoveryByAddress, request.ip);
    await this.start(request, reply, await this.connections.find(id), query, undefined);
  }

  /** The address that a test sign-in is made by. */
  @Get('auth/tests/:testId')
  async test(
    @Param('testId') id: string,
    @Query('secret') secret: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const connectionId = typeof secret === 'string' ? await this.tests.open(id, secret) : undefined;
    const connection = connectionId === undefined ? undefined : await this.connections.find(connectionId);
    if (!connection?.draft) {
      return sendPage(reply, {
        status: 404,
        title: 'No such test',
        body: '<h1>This test is over, or was never started</h1><p>Start a new one on the page that you came from.</p>',
      });
    }
    await this.sendOrRefuse(request, reply, {
      connection,
      config: connection.draft,
      testId: id,
      returnTo: '/',
    });
  }

  private async start(
    request: FastifyRequest,
    reply: FastifyReply,
    connection: Connection | undefined,
    query: StartQuery,
    loginHint: string | undefined,
  ): Promise<void> {
    if (!connection?.usable)
      return this.refuse(reply, connection, 'connection_inactive', 'There is no active connection.');
    const returnTo = safeReturnTo(query.returnTo) ?? '/';
    await this.sendOrRefuse(request, reply, {
      connection,
      config: connection.live,
      testId: null,
      returnTo,
      loginHint,
    });
  }

  private async sendOrRefuse(request: FastifyRequest, reply: FastifyReply, start: StartOf): Promise<void> {
    try {
      await this.starts.send(request, reply, start);
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error;
      await this.refuse(reply, start.connection, error.code, error.message);
    }
  }

  private async refuse(
    reply: FastifyReply,
    connection: Connection | undefined,
    code: string,
    detail: string,
  ): Promise<void> {
    await this.outcomes.refused(reply, {
      code,
      detail,
      protocol: connection?.protocol ?? 'saml',
      connectionId: connection?.id ?? null,
      accountId: connection?.accountId ?? null,
    });
  }
}
