import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { canonicalEmail } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import {
  inResponseTo,
  logoutResponseUrl,
  type SamlConnectionOptions,
  type SamlIdentity,
  SamlRefusal,
  type SamlVerdict,
  serviceProviderMetadata,
  verifyPostedLogout,
  verifyRedirectedLogout,
} from '@gatehouse/saml';
import { Problem } from '@gatehouse/service-host';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Connections, type Connection } from '../connections/connections.service.js';
import { Sessions } from '../sessions/sessions.service.js';
import { Callback, type Verdict } from '../sign-in/callback.service.js';
import { IdentityLinks } from '../sign-in/identity-links.service.js';
import { signedOutPage } from '../sign-in/pages.js';
import { Protocols } from '../sign-in/protocols.service.js';
import { SignInRefusal } from '../sign-in/refusal.js';
import { isTest, SignInRequests, type StoredRequest } from '../sign-in/requests.service.js';

/** What identity providers and their browsers ask for by SAML 2.0. */
@Controller('saml/:connectionId')
export class SamlController {
  constructor(
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Protocols) private readonly protocols: Protocols,
    @Inject(SignInRequests) private readonly requests: SignInRequests,
    @Inject(Callback) private readonly callback: Callback,
    @Inject(IdentityLinks) private readonly links: IdentityLinks,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get('metadata')
  async metadata(@Param('connectionId') id: string, @Res() reply: FastifyReply): Promise<void> {
    await this.findOrNotFound(id);
    const xml = serviceProviderMetadata(this.protocols.serviceProvider(id));
    void reply
      .headers({ 'content-type': 'application/samlmetadata+xml', 'x-content-type-options': 'nosniff' })
      .send(xml);
  }

  @Post('acs')
  async acs(
    @Param('connectionId') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const connection = await this.findOrNotFound(id);
    const form = { method: request.method, contentType: request.headers['content-type'], body: request.body };
    const named = inResponseTo(form);
    const stored = named === undefined ? null : await this.requests.find(named, connection.id);
    try {
      const saml = this.protocols.saml(connection, this.callback.configFor(connection, stored));
      const verdict = await saml.verifyResponse({
        ...form,
        request: async (requestId) =>
          stored !== null && stored.id === requestId ? this.started(request, stored) : null,
        enabledDomains: isTest(stored) ? null : connection.enabledDomains,
      });
      await this.callback.finish(request, reply, { connection, stored, verdict: asVerdict(verdict) });
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error;
      const verdict = { ok: false, code: error.code, detail: error.message, checks: [] } as const;
      await this.callback.finish(request, reply, { connection, stored, verdict });
    }
  }

  /** Logout by the identity provider: redirect binding. */
  @Get('slo')
  async logoutByRedirect(
    @Param('connectionId') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const rawQuery = request.raw.url?.split('?').slice(1).join('?') ?? '';
    await this.logout(reply, id, async (options) => verifyRedirectedLogout(options, rawQuery));
  }

  @Post('slo')
  async logoutByPost(
    @Param('connectionId') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const form = { method: request.method, contentType: request.headers['content-type'], body: request.body };
    await this.logout(reply, id, (options) => verifyPostedLogout(options, form));
  }

  private async logout(
    reply: FastifyReply,
    id: string,
    verify: (options: SamlConnectionOptions) => ReturnType<typeof verifyPostedLogout>,
  ): Promise<void> {
    const connection = await this.findOrNotFound(id);
    try {
      const options = this.protocols.samlOptions(connection, connection.live);
      const logout = await verify(options);
      await this.endAuthentications(connection, logout.nameId);
      const url = await logoutResponseUrl(options, logout);
      if (url === null) signedOutPage(reply);
      else void reply.header('cache-control', 'no-store').redirect(url, 303);
    } catch (error) {
      if (!(error instanceof SamlRefusal) && !(error instanceof SignInRefusal)) throw error;
      await this.callback.refuse(reply, connection, new SignInRefusal(error.code, error.message));
    }
  }

  private async endAuthentications(connection: Connection, nameId: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const userIds = await this.links.usersByNameId(tx, connection.id, canonicalEmail(nameId) ?? nameId);
      if (userIds.length === 0) return;
      await this.sessions.endAuthentications(
        tx,
        { userIds, accountId: connection.accountId },
        'provider_logout',
      );
    });
  }

  private started(request: FastifyRequest, stored: StoredRequest) {
    const { connectionId, createdAt } = stored;
    return { connectionId, issuedAt: createdAt, sameBrowser: this.requests.isSameBrowser(request, stored) };
  }

  private async findOrNotFound(id: string): Promise<Connection> {
    const connection = await this.connections.find(id);
    if (connection?.protocol === 'saml') return connection;
    throw new Problem('not_found', 'There is no such SAML connection.');
  }
}

function asVerdict(verdict: SamlVerdict): Verdict {
  if (!verdict.ok) return verdict;
  const { identity, consume, sessionNotOnOrAfter, checks } = verdict;
  return {
    ok: true,
    checks,
    profile: { ...identity, attributes: { ...identity.attributes } },
    verified: {
      identity: {
        subject: identity.subject,
        subjectIsEmail: identity.subjectIsEmail,
        nameId: canonicalEmail(identity.nameId) ?? identity.nameId,
        email: identity.email,
        name: nameOf(identity),
      },
      notOnOrAfter: sessionNotOnOrAfter,
      requestId: consume.requestId,
      unsolicited: consume.requestId === null,
      assertion: { id: consume.assertionId, keepUntil: consume.keepUntil },
    },
  };
}

function nameOf({ firstName, lastName, email }: SamlIdentity): string {
  return [firstName, lastName].filter((part) => part !== null).join(' ') || email;
}
