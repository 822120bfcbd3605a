import { Problem } from '@gatehouse/service-host';
import type { Reader } from '../domains/domain-rows.js';
import type { SetupLinkEntity } from './setup-link.entity.js';
import type { LinkView } from './setup-links.operations.js';

/** A link with the domains that stand: those still proved. A lost domain leaves its links at once. */
export type SetupLink = Omit<SetupLinkEntity, 'tokenHash' | 'status'> & {
  status: LinkView['status'];
  domains: { id: string; name: string }[];
};

const columns = `l.id, l.account_id as "accountId", l.domain_ids as "domainIds", l.purposes, l.may_activate as "mayActivate",
  case when l.status in ('pending', 'opened') and l.expires_at <= now() then 'expired' else l.status end as status,
  l.progress, l.created_at as "createdAt", l.expires_at as "expiresAt", l.opened_at as "openedAt",
  l.completed_at as "completedAt", l.revoked_at as "revokedAt",
  coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name) order by d.name) from domains d
            where d.account_id = l.account_id and d.id = any(l.domain_ids)
              and d.status in ('verified', 'enabled')), '[]') as domains`;

export async function findLinks(reader: Reader, where: string, params: unknown[]): Promise<SetupLink[]> {
  return reader.query<SetupLink>(`select ${columns} from setup_links l where ${where}`, params);
}

export async function linkOrNotFound(reader: Reader, accountId: string, id: string): Promise<SetupLink> {
  const [link] = await findLinks(reader, 'l.account_id = $1 and l.id = $2', [accountId, id]);
  if (link === undefined) throw new Problem('not_found', 'This account has no such setup link.');
  return link;
}

/** Says why a link can't be opened. Only whoever holds the link's token is told. */
export function refusalOf(link: SetupLink | undefined): Problem {
  const ask = 'Ask the person who sent it for a new one.';
  switch (link?.status) {
    case 'opened':
      return new Problem('link_used', `This link was opened already; it works once. ${ask}`);
    case 'completed':
      return new Problem('link_used', 'The set-up that this link was for is completed.', { completed: true });
    case 'expired':
      return new Problem('link_expired', `This link has expired. ${ask}`, {
        expiredAt: link.expiresAt.toISOString(),
      });
    case 'revoked':
      return new Problem('link_revoked', `This link was revoked. ${ask}`);
    case 'pending':
      return new Problem('link_revoked', `The domains of this link are no longer the account's. ${ask}`);
    case undefined:
      return new Problem('link_invalid', `This link is not complete, or not one of ours. ${ask}`);
  }
}

export function viewOf(link: SetupLink): LinkView {
  return {
    id: link.id,
    domains: link.domains,
    purposes: link.purposes,
    mayActivate: link.mayActivate,
    status: link.status,
    progress: link.progress,
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    openedAt: link.openedAt?.toISOString() ?? null,
    completedAt: link.completedAt?.toISOString() ?? null,
    revokedAt: link.revokedAt?.toISOString() ?? null,
  };
}
