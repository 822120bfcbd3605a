import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { OidcIdentity, OidcVerdict } from '@gatehouse/oidc';
import { Problem } from '@gatehouse/service-host';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Connections, type Connection } from '../connections/connections.service.js';
import { Callback, type Verdict } from '../sign-in/callback.service.js';
import { Protocols } from '../sign-in/protocols.service.js';
import { SignInRefusal } from '../sign-in/refusal.js';
import { isTest, SignInRequests, type StoredRequest } from '../sign-in/requests.service.js';

/** Where OpenID providers send the browser back to, by query or by form (form_post). */
@Controller('oidc/:connectionId/callback')
export class OidcController {
  constructor(
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Protocols) private readonly protocols: Protocols,
    @Inject(SignInRequests) private readonly requests: SignInRequests,
    @Inject(Callback) private readonly callback: Callback,
  ) {}

  @Get()
  async byQuery(
    @Param('connectionId') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer(id, request, reply, request.query);
  }

  @Post()
  async byForm(
    @Param('connectionId') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer(id, request, reply, request.body);
  }

  private async answer(
    id: string,
    request: FastifyRequest,
    reply: FastifyReply,
    params: unknown,
  ): Promise<void> {
    const connection = await this.findOrNotFound(id);
    // Which configuration it was started with stands in the row, which the verification itself then uses up.
    const state = stateOf(params);
    const stored = state === undefined ? null : await this.requests.find(state, connection.id);
    try {
      const party = await this.protocols.oidc(connection, this.callback.configFor(connection, stored));
      const verdict = await party.verifyCallback({
        params,
        take: (value) => this.take(request, connection, value),
        enabledDomains: isTest(stored) ? null : connection.enabledDomains,
      });
      await this.callback.finish(request, reply, { connection, stored, verdict: asVerdict(verdict) });
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error;
      const verdict = { ok: false, code: error.code, detail: error.message, checks: [] } as const;
      await this.callback.finish(request, reply, { connection, stored, verdict });
    }
  }

  private async take(request: FastifyRequest, connection: Connection, state: string) {
    const taken: StoredRequest | null = await this.requests.take(state, connection.id);
    if (taken === null || taken.nonce === null || taken.codeVerifier === null) return null;
    const { nonce, codeVerifier } = taken;
    return { nonce, codeVerifier, sameBrowser: this.requests.isSameBrowser(request, taken) };
  }

  private async findOrNotFound(id: string): Promise<Connection> {
    const connection = await this.connections.find(id);
    if (connection?.protocol === 'oidc') return connection;
    throw new Problem('not_found', 'There is no such OpenID Connect connection.');
  }
}

function stateOf(params: unknown): string | undefined {
  const state = typeof params === 'object' && params !== null && 'state' in params ? params.state : undefined;
  return typeof state === 'string' ? state : undefined;
}

function asVerdict(verdict: OidcVerdict): Verdict {
  if (!verdict.ok) return verdict;
  const { identity, checks } = verdict;
  const { subject, subjectIsEmail, email } = identity;
  return {
    ok: true,
    checks,
    profile: { ...identity, attributes: { ...identity.claims } },
    verified: {
      identity: { subject, subjectIsEmail, nameId: null, email, name: nameOf(identity) },
      notOnOrAfter: null,
      requestId: null,
      unsolicited: false,
      assertion: null,
    },
  };
}

function nameOf({ name, firstName, lastName, email }: OidcIdentity): string {
  return name ?? ([firstName, lastName].filter((part) => part !== null).join(' ') || email);
}
