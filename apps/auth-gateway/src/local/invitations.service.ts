import { Inject, Injectable } from '@nestjs/common';
import { InvitationAccepted } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { Problem } from '@gatehouse/service-host';
import { setTimeout as delay } from 'node:timers/promises';
import { Access } from '../access/access.service.js';
import { BrowserCookies } from '../browser/cookies.js';
import { digest } from '../browser/tokens.js';
import type { StartedSession } from '../sessions/sessions.service.js';
import { type BrowserRequest, Credentials } from './credentials.service.js';
import { isManaged, lockForPassword } from './managed.js';
import { hashPassword } from './password-hash.js';
import { requireAcceptable } from './password-policy.js';
import { limits, RateLimits } from './rate-limits.service.js';

interface Invitation extends Record<string, unknown> {
  id: string;
  kind: 'invitation' | 'recovery';
  account_id: string;
  membership_id: string;
  user_id: string;
  email: string;
  token_hash: string;
  status: 'pending' | 'accepted' | 'revoked';
  expired: boolean;
  used: boolean;
}

export interface Acceptance {
  accountId: string;
  /** `sso`: sign in through the organisation. */
  next: 'signed_in' | 'sso';
  session?: StartedSession;
}

/** The link may have been made less than an event's way ago. */
const UNKNOWN_WAIT_MS = 1_500;
const ACTIVE_WAIT_MS = 5_000;
const POLL_MS = 40;

@Injectable()
export class Invitations {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Credentials) private readonly credentials: Credentials,
    @Inject(Access) private readonly access: Access,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(RateLimits) private readonly rateLimits: RateLimits,
  ) {}

  /**
   * Accepts an invitation or an owner's recovery link. A person whom nobody knew chooses a password, unless an identity
   * provider manages them. Somebody who exists already proves who they are: else whoever invites an address, and may see
   * the link, could choose a new password for its owner.
   */
  async accept(
    token: string,
    name: string,
    password: string | undefined,
    request: BrowserRequest,
  ): Promise<Acceptance> {
    await this.rateLimits.take(limits.acceptByAddress, request.ip);
    const invitation = await this.find(digest(token));
    const established = invitation.kind === 'invitation' && (await this.isEstablished(invitation));
    const acceptance = established
      ? await this.acceptKnown(invitation, name, password, request)
      : await this.acceptNew(invitation, name, password, request);
    await this.untilActive(invitation.membership_id);
    return acceptance;
  }

  private async acceptNew(
    invitation: Invitation,
    name: string,
    password: string | undefined,
    request: BrowserRequest,
  ): Promise<Acceptance> {
    const { account_id: accountId, user_id: userId, email } = invitation;
    if (await this.database.inTransaction((tx) => isManaged(tx, userId))) {
      await this.database.inTransaction((tx) => this.use(tx, invitation, name));
      return { accountId, next: 'sso' };
    }
    if (password === undefined)
      throw new Problem('invalid_request', 'Choose a password.', {
        errors: [{ pointer: '/password', detail: 'is required' }],
      });
    requireAcceptable(password, email);
    const passwordHash = await hashPassword(password);
    const session = await this.database.inTransaction(async (tx) => {
      await lockForPassword(tx);
      // Another invitation of theirs may have been accepted while the password was hashed: it is not to be overwritten.
      if (invitation.kind === 'invitation' && (await this.isEstablished(invitation, tx))) return undefined;
      await this.use(tx, invitation, name);
      await this.credentials.store(tx, userId, passwordHash, accountId);
      return this.credentials.startSession(tx, userId, email, request);
    });
    if (session) return { accountId, next: 'signed_in', session };
    return this.acceptKnown(await this.find(invitation.token_hash), name, password, request);
  }

  private async acceptKnown(
    invitation: Invitation,
    name: string,
    password: string | undefined,
    request: BrowserRequest,
  ): Promise<Acceptance> {
    const { account_id: accountId, user_id: userId, email } = invitation;
    const token = this.cookies.session(request);
    const principal = token === undefined ? undefined : await this.access.principalOfSession(token);
    if (principal?.kind === 'session' && principal.userId === userId) {
      await this.database.inTransaction((tx) => this.use(tx, invitation, name));
      return { accountId, next: 'signed_in' };
    }
    if (!(await this.hasPassword(userId))) {
      await this.database.inTransaction((tx) => this.use(tx, invitation, name));
      return { accountId, next: 'sso' };
    }
    if (password === undefined || !(await this.credentials.confirms(userId, email, password))) {
      throw new Problem(
        'credentials_invalid',
        'You have a password here already: give that one, or sign in first and open the link again.',
      );
    }
    const session = await this.database.inTransaction(async (tx) => {
      await lockForPassword(tx);
      await this.use(tx, invitation, name);
      return (await isManaged(tx, userId))
        ? undefined
        : this.credentials.startSession(tx, userId, email, request);
    });
    return session ? { accountId, next: 'signed_in', session } : { accountId, next: 'sso' };
  }

  private async find(tokenHash: string): Promise<Invitation> {
    const until = performance.now() + UNKNOWN_WAIT_MS;
    for (;;) {
      const [invitation] = await this.database.query<Invitation>(
        `select i.*, i.expires_at <= clock_timestamp() as expired, u.invitation_id is not null as used
         from invitations i left join used_invitations u on u.invitation_id = i.id where i.token_hash = $1`,
        [tokenHash],
      );
      if (invitation) return usable(invitation);
      if (performance.now() >= until)
        throw new Problem(
          'link_invalid',
          'The link is incomplete, or was never made here. Copy it whole, or ask for a new one.',
        );
      await delay(POLL_MS);
    }
  }

  /** Takes the invitation; of two that try at once, one succeeds. */
  private async use(tx: Tx, invitation: Invitation, name: string): Promise<void> {
    const taken = await tx.query(
      `insert into used_invitations (invitation_id)
       select id from invitations where id = $1 and status = 'pending' and expires_at > clock_timestamp()
       on conflict do nothing returning invitation_id`,
      [invitation.id],
    );
    if (taken.length === 0) throw linkUsed();
    this.outbox.append(tx, InvitationAccepted, {
      invitationId: invitation.id,
      at: new Date().toISOString(),
      accountId: invitation.account_id,
      userId: invitation.user_id,
      name,
    });
  }

  private async isEstablished(
    { user_id: userId, membership_id: membershipId }: Invitation,
    reader: Database | Tx = this.database,
  ): Promise<boolean> {
    const [row] = await reader.query<{ established: boolean }>(
      `select exists (select from credentials where user_id = $1)
           or exists (select from memberships where user_id = $1 and id <> $2 and status in ('active', 'deprovisioned')) as established`,
      [userId, membershipId],
    );
    return row?.established === true;
  }

  private async hasPassword(userId: string): Promise<boolean> {
    return (await this.database.query('select from credentials where user_id = $1', [userId])).length > 0;
  }

  /** So that the page that follows finds the access that was just accepted. */
  private async untilActive(membershipId: string): Promise<void> {
    const until = performance.now() + ACTIVE_WAIT_MS;
    while (performance.now() < until) {
      const rows = await this.database.query("select from memberships where id = $1 and status = 'active'", [
        membershipId,
      ]);
      if (rows.length > 0) return;
      await delay(POLL_MS);
    }
  }
}

function usable(invitation: Invitation): Invitation {
  if (invitation.status === 'revoked')
    throw new Problem(
      'link_revoked',
      'A newer link was made, or the invitation was taken back. Ask the administrator.',
    );
  if (invitation.used || invitation.status === 'accepted') throw linkUsed();
  if (invitation.expired) throw new Problem('link_expired', 'Ask the administrator for a new link.');
  return invitation;
}

function linkUsed(): Problem {
  return new Problem('link_used', 'A link works once. Sign in, or ask for a new link.');
}
