import { Injectable } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import type { Dialect } from '@gatehouse/scim';
import type { DirectoryRow } from './directory.row.js';

/** All that decides whether, and how, a SCIM request is taken; read in one statement, so of one moment. */
export interface DirectoryContext {
  readonly id: string;
  readonly accountId: string;
  readonly dialect: Dialect;
  readonly status: DirectoryRow['status'];
  readonly suspended: boolean;
  /** See `Directory.revision`. */
  readonly revision: string;
  readonly tokens: readonly { readonly id: string; readonly secretHash: Buffer }[];
  /** Null while nothing was heard of the account. */
  readonly account: {
    readonly plan: 'personal' | 'pro' | 'enterprise';
    readonly enterpriseEndedAt: Date | null;
    readonly status: 'active' | 'closed';
  } | null;
  readonly enabledDomains: ReadonlySet<string>;
}

interface Row {
  id: string;
  accountId: string;
  dialect: Dialect;
  status: DirectoryRow['status'];
  suspended: boolean;
  revision: string;
  plan: 'personal' | 'pro' | 'enterprise' | null;
  enterpriseEndedAt: Date | null;
  accountStatus: 'active' | 'closed' | null;
  tokens: { id: string; hash: string }[];
  domains: string[];
}

const MAX_CACHED = 1_000;

/**
 * Directories as they were last read. A cached context is only a guess: whoever uses one compares its revision with the
 * directory's in the statement that does the work, and reads it afresh where they differ.
 */
@Injectable()
export class DirectoryContexts {
  private readonly cached = new Map<string, DirectoryContext>();

  constructor(private readonly database: Database) {}

  peek(directoryId: string): DirectoryContext | undefined {
    return this.cached.get(directoryId);
  }

  async read(directoryId: string): Promise<DirectoryContext | undefined> {
    const [row] = await this.database.query<Row>(
      `select d.id, d.account_id as "accountId", d.dialect, d.status, d.suspended, d.revision::text as revision,
              a.plan, a.enterprise_ended_at as "enterpriseEndedAt", a.status as "accountStatus",
              coalesce((select json_agg(json_build_object('id', t.id, 'hash', encode(t.secret_hash, 'hex')))
                          from directory_token t where t.directory_id = d.id), '[]') as tokens,
              coalesce((select json_agg(m.name) from domain m
                         where m.account_id = d.account_id and m.status = 'enabled'), '[]') as domains
         from directory d left join account a on a.id = d.account_id
        where d.id = $1 and d.status <> 'removed'`,
      [directoryId],
    );
    this.cached.delete(directoryId);
    if (!row) return undefined;
    const context = contextOf(row);
    this.cached.set(directoryId, context);
    const [oldest] = this.cached.keys();
    if (this.cached.size > MAX_CACHED && oldest !== undefined) this.cached.delete(oldest);
    return context;
  }
}

function contextOf(row: Row): DirectoryContext {
  const { id, accountId, dialect, status, suspended, revision, plan, enterpriseEndedAt, accountStatus } = row;
  return {
    id,
    accountId,
    dialect,
    status,
    suspended,
    revision,
    tokens: row.tokens.map((token) => ({ id: token.id, secretHash: Buffer.from(token.hash, 'hex') })),
    account: plan && accountStatus ? { plan, enterpriseEndedAt, status: accountStatus } : null,
    enabledDomains: new Set(row.domains),
  };
}
