import { Inject, Injectable } from '@nestjs/common';
import { emailDomain, newId, SignedIn } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import type { FastifyRequest } from 'fastify';
import { Connections, type Connection } from '../connections/connections.service.js';
import { Sessions, type StartedSession } from '../sessions/sessions.service.js';
import { Admissions } from './admissions.service.js';
import { IdentityLinks, type VerifiedIdentity } from './identity-links.service.js';
import { SignInRefusal } from './refusal.js';
import { SignInRequests } from './requests.service.js';

/** What the protocol verified, and what is used up with it. */
export interface Verified {
  signInId: string;
  connection: Connection;
  identity: VerifiedIdentity;
  /** SessionNotOnOrAfter of the assertion. */
  notOnOrAfter: Date | null;
  /** The request row; null where it was taken already (OpenID Connect), or never was (unsolicited). */
  requestId: string | null;
  /** Nobody asked for it: then it makes and links nobody. */
  unsolicited: boolean;
  assertion: { id: string; keepUntil: Date } | null;
}

const ADMISSION_MS = 5_000;

/** From a verified identity to a session: used up, linked and written in one transaction. */
@Injectable()
export class Completion {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(SignInRequests) private readonly requests: SignInRequests,
    @Inject(IdentityLinks) private readonly links: IdentityLinks,
    @Inject(Admissions) private readonly admissions: Admissions,
  ) {}

  /** @throws SignInRefusal */
  async complete(verified: Verified, request: FastifyRequest): Promise<StartedSession> {
    const known = await this.database.inTransaction((tx) => this.enterKnown(tx, verified, request));
    return known ?? this.enterAdmitted(verified, request);
  }

  /** A linked, active member is let in at once; for everybody else the account service is asked. */
  private async enterKnown(
    tx: Tx,
    verified: Verified,
    request: FastifyRequest,
  ): Promise<StartedSession | undefined> {
    await this.useUp(tx, verified);
    await this.holdUsable(tx, verified);
    const { connection, identity } = verified;
    const linked = await this.links.find(tx, connection.id, connection.accountId, identity);
    const active = linked?.status === 'active';
    if (verified.unsolicited && !active) {
      throw new SignInRefusal('unsolicited', 'An unsolicited response neither links nor creates anybody.');
    }
    this.announce(tx, verified, linked?.userId ?? null);
    return linked && active ? this.startSession(tx, verified, linked.userId, request) : undefined;
  }

  private async enterAdmitted(verified: Verified, request: FastifyRequest): Promise<StartedSession> {
    const answer = await this.admissions.wait(verified.signInId, ADMISSION_MS);
    if (answer === undefined)
      throw new SignInRefusal('admission_pending', 'The account service has not answered yet.');
    const { userId } = answer;
    if (!answer.admitted || userId === null)
      throw new SignInRefusal(answer.reason ?? 'not_a_member', 'Not admitted.');
    return this.database.inTransaction(async (tx) => {
      await this.holdUsable(tx, verified);
      const { connection, identity } = verified;
      await this.links.link(tx, connection.id, connection.accountId, userId, identity);
      return this.startSession(tx, verified, userId, request);
    });
  }

  private async useUp(tx: Tx, { requestId, assertion, connection }: Verified): Promise<void> {
    if (assertion !== null) {
      const inserted = await tx.query(
        `insert into used_assertions (connection_id, assertion_id, expires_at) values ($1, $2, $3)
         on conflict do nothing returning assertion_id`,
        [connection.id, assertion.id, assertion.keepUntil],
      );
      if (inserted.length === 0) throw new SignInRefusal('replayed', 'The assertion was used already.');
    }
    if (requestId !== null && (await this.requests.take(requestId, connection.id, tx)) === null) {
      throw new SignInRefusal('in_response_to_unknown', 'The request was answered already.');
    }
  }

  private async holdUsable(tx: Tx, { connection, identity }: Verified): Promise<void> {
    if (await this.connections.holdUsable(tx, connection.id, emailDomain(identity.email))) return;
    throw new SignInRefusal('connection_inactive', 'The connection, or the domain, was disabled meanwhile.');
  }

  private announce(tx: Tx, { signInId, connection, identity }: Verified, userId: string | null): void {
    this.outbox.append(tx, SignedIn, {
      signInId,
      at: new Date().toISOString(),
      accountId: connection.accountId,
      connectionId: connection.id,
      protocol: connection.protocol,
      subject: identity.subject,
      email: identity.email,
      name: identity.name,
      userId,
    });
  }

  private startSession(
    tx: Tx,
    verified: Verified,
    userId: string,
    request: FastifyRequest,
  ): Promise<StartedSession> {
    const { connection, identity, notOnOrAfter } = verified;
    return this.sessions.create(tx, {
      userId,
      authentication: {
        method: connection.protocol,
        connectionId: connection.id,
        accountId: connection.accountId,
        email: identity.email,
        at: new Date(),
        notOnOrAfter,
      },
      request,
    });
  }
}

export function newSignInId(): string {
  return newId('signin');
}
