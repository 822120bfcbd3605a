import { newId, type Caller } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { audit, Problem, SETTINGS } from '@gatehouse/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { lockAccount } from '../account-lock.js';
import { findDomains } from '../domains/domain-rows.js';
import type { SsoConfigSettings } from '../settings.js';
import { findLinks, linkOrNotFound, viewOf } from './link-rows.js';
import type { Purpose } from './setup-link.entity.js';
import type { LinkView } from './setup-links.operations.js';
import { hashOf, linkTokenPrefix, newToken } from './setup-tokens.js';

export interface NewLink {
  domainIds: string[];
  purposes: Purpose[];
  mayActivate: boolean;
  expiresInHours: number;
}

/** Links as an admin sees them: made, listed, revoked. */
@Injectable()
export class SetupLinksService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: SsoConfigSettings,
  ) {}

  async list(
    accountId: string,
    page: { limit: number; cursor?: string },
  ): Promise<{ items: LinkView[]; nextCursor: string | null }> {
    // Newest first: ids are ordered by time.
    const rows = await findLinks(
      this.database,
      'l.account_id = $1 and ($2::text is null or l.id < $2) order by l.id desc limit $3',
      [accountId, page.cursor ?? null, page.limit + 1],
    );
    const items = rows.slice(0, page.limit).map(viewOf);
    return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
  }

  async create(caller: Caller, accountId: string, wanted: NewLink): Promise<LinkView & { url: string }> {
    const token = newToken(linkTokenPrefix);
    const domainIds = [...new Set(wanted.domainIds)].sort();
    const purposes = [...new Set(wanted.purposes)].sort().reverse();
    return this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      await refuseNotEnabled(tx, accountId, wanted.domainIds);
      await this.revokeEarlier(tx, caller, accountId, domainIds);
      const id = newId('link');
      await tx.query(
        `insert into setup_links (id, account_id, domain_ids, purposes, may_activate, token_hash, status, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, 'pending', now(), now() + make_interval(hours => $7))`,
        [id, accountId, domainIds, purposes, wanted.mayActivate, hashOf(token), wanted.expiresInHours],
      );
      const { mayActivate, expiresInHours } = wanted;
      this.record(
        tx,
        caller,
        'setup_link.created',
        { id, accountId },
        { domainIds, purposes, mayActivate, expiresInHours },
      );
      // The token is in the fragment, which no browser sends to a server, and no proxy logs.
      const url = `${this.settings.PUBLIC_URL.replace(/\/+$/, '')}/setup#${token}`;
      return { ...viewOf(await linkOrNotFound(tx, accountId, id)), url };
    });
  }

  async revoke(caller: Caller, accountId: string, id: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await lockAccount(tx, accountId);
      const link = await linkOrNotFound(tx, accountId, id);
      const revoked = await this.revokeWhere(tx, 'id = $1', [link.id]);
      if (revoked.length > 0) this.record(tx, caller, 'setup_link.revoked', link, {});
    });
  }

  private async revokeEarlier(tx: Tx, caller: Caller, accountId: string, domainIds: string[]): Promise<void> {
    const earlier = await this.revokeWhere(tx, 'account_id = $1 and domain_ids = $2::text[]', [
      accountId,
      domainIds,
    ]);
    for (const { id } of earlier)
      this.record(tx, caller, 'setup_link.revoked', { id, accountId }, { regenerated: true });
  }

  /** Revokes the links of a closed account. For the caller's transaction. */
  async revokeAll(tx: Tx, accountId: string): Promise<void> {
    await this.revokeWhere(tx, 'account_id = $1', [accountId]);
  }

  /**
   * A revoked link takes its sessions with it: they are judged by the link's status at every request. A completed one
   * stays completed, but its session, which went on, ends too.
   */
  private async revokeWhere(tx: Tx, where: string, params: unknown[]): Promise<{ id: string }[]> {
    const revoked = await tx.query<{ id: string }>(
      `update setup_links set status = 'revoked', revoked_at = now() where status in ('pending', 'opened') and ${where} returning id`,
      params,
    );
    const ended = await tx.query<{ id: string }>(
      `delete from setup_sessions where link_id in (select id from setup_links where status = 'completed' and ${where})
       returning link_id as id`,
      params,
    );
    return [...revoked, ...ended];
  }

  private record(
    tx: Tx,
    caller: Caller,
    action: string,
    link: { id: string; accountId: string },
    details: Record<string, unknown>,
  ): void {
    audit(tx, this.outbox, {
      accountId: link.accountId,
      caller,
      action,
      target: { type: 'setup_link', id: link.id },
      details,
    });
  }
}

async function refuseNotEnabled(tx: Tx, accountId: string, domainIds: readonly string[]): Promise<void> {
  const found = await findDomains(tx, 'account_id = $1 and id = any($2)', [accountId, domainIds]);
  const known = new Set(found.map(({ id }) => id));
  const errors = domainIds.flatMap((id, index) =>
    known.has(id) ? [] : [{ pointer: `/domainIds/${index}`, detail: 'is not a domain of this account' }],
  );
  if (errors.length > 0)
    throw new Problem('invalid_request', 'A domain is not one of this account.', { errors });
  const names = found.filter(({ status }) => status !== 'enabled').map(({ name }) => name);
  if (names.length > 0) {
    throw new Problem(
      'domain_not_enabled',
      `Enable ${names.join(', ')} first: links are made for enabled domains.`,
      {
        domains: names,
      },
    );
  }
}
