import { Inject, Injectable } from '@nestjs/common';
import type { ConnectionConfig } from '@gatehouse/contracts';
import { newAuthorization } from '@gatehouse/oidc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { Connection } from '../connections/connections.service.js';
import { postFormPage } from './pages.js';
import { Protocols } from './protocols.service.js';
import { SignInRefusal } from './refusal.js';
import { SignInRequests } from './requests.service.js';

export interface StartOf {
  connection: Connection;
  config: ConnectionConfig | null;
  testId: string | null;
  returnTo: string;
  loginHint?: string;
}

/** Sends a browser to an identity provider, with a row that its answer has to match. */
@Injectable()
export class SignInStart {
  constructor(
    @Inject(Protocols) private readonly protocols: Protocols,
    @Inject(SignInRequests) private readonly requests: SignInRequests,
  ) {}

  /** @throws SignInRefusal `connection_inactive` */
  async send(request: FastifyRequest, reply: FastifyReply, start: StartOf): Promise<void> {
    if (start.config === null)
      throw new SignInRefusal('connection_inactive', 'The connection has no configuration.');
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    await (start.connection.protocol === 'saml'
      ? this.bySaml(request, reply, start)
      : this.byOidc(request, reply, start));
  }

  private async bySaml(request: FastifyRequest, reply: FastifyReply, start: StartOf): Promise<void> {
    // xs:ID begins with a letter or underscore.
    const id = `_${randomBytes(32).toString('hex')}`;
    const outgoing = await this.protocols
      .saml(start.connection, start.config)
      .startSignIn({ requestId: id, relayState: id });
    const cookies = await this.store(request, start, { id });
    void reply.header('set-cookie', cookies);
    if (outgoing.binding === 'redirect') void reply.redirect(outgoing.url, 303);
    else postFormPage(reply, outgoing.url, outgoing.fields);
  }

  private async byOidc(request: FastifyRequest, reply: FastifyReply, start: StartOf): Promise<void> {
    const party = await this.protocols.oidc(start.connection, start.config);
    const { state, nonce, codeVerifier } = newAuthorization();
    const url = await party.start({ state, nonce, codeVerifier, loginHint: start.loginHint });
    const cookies = await this.store(request, start, { id: state, nonce, codeVerifier });
    void reply.header('set-cookie', cookies).redirect(url, 303);
  }

  private store(
    request: FastifyRequest,
    { connection, config, testId, returnTo }: StartOf,
    secrets: { id: string; nonce?: string; codeVerifier?: string },
  ): Promise<string[]> {
    const { id: connectionId, accountId, protocol } = connection;
    const configVersion = config?.configVersion ?? 0;
    return this.requests.store(request, {
      ...secrets,
      connectionId,
      accountId,
      protocol,
      testId,
      configVersion,
      returnTo,
    });
  }
}
