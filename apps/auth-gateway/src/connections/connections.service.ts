import { Inject, Injectable } from '@nestjs/common';
import type { ConnectionConfig, ConnectionState } from '@gatehouse/contracts';
import { Database, type Tx } from '@gatehouse/database';

export interface Connection extends Record<string, unknown> {
  id: string;
  accountId: string;
  protocol: ConnectionState['protocol'];
  name: string;
  status: ConnectionState['status'];
  domains: ConnectionState['domains'];
  live: ConnectionConfig | null;
  draft: ConnectionConfig | null;
  /** Active, and so is its account. */
  usable: boolean;
  /** Its domains that the account has enabled now. */
  enabledDomains: string[];
}

type Reader = Pick<Tx, 'query'>;

const select = `
  select k.id, k.account_id as "accountId", k.protocol, k.name, k.status, k.domains, k.live, k.draft,
    (k.status = 'active' and a.status = 'active') is true as usable,
    coalesce((
      select array_agg(d.name order by d.name) from domains d
      where d.account_id = k.account_id and d.status = 'enabled'
        and d.name in (select e.value ->> 'name' from jsonb_array_elements(k.domains) e)), '{}') as "enabledDomains"
  from connections k left join accounts a on a.id = k.account_id`;

/** The connections that sign-ins go through, as sso-config published them. */
@Injectable()
export class Connections {
  constructor(@Inject(Database) private readonly database: Database) {}

  async find(id: string, reader: Reader = this.database): Promise<Connection | undefined> {
    const [connection] = await reader.query<Connection>(
      `${select} where k.id = $1 and k.status <> 'removed'`,
      [id],
    );
    return connection;
  }

  /** Home-realm discovery: the active connection that people of a domain sign in through. */
  async ofDomain(domain: string): Promise<Connection | undefined> {
    const [connection] = await this.database.query<Connection>(
      `${select} join domains o on o.name = $1 and o.status = 'enabled' and o.account_id = k.account_id
       where k.status = 'active' and a.status = 'active' and k.live is not null
         and k.domains @> jsonb_build_array(jsonb_build_object('name', $1::text))
       order by k.activated_at desc nulls last, k.id limit 1`,
      [domain],
    );
    return connection;
  }

  /**
   * Whether the connection may let somebody of the domain in, held so until the transaction ends: what disables it, or
   * takes the domain away, waits, and then ends the authentication that is made here.
   */
  async holdUsable(tx: Tx, id: string, domain: string): Promise<boolean> {
    const [held] = await tx.query<{ id: string }>(
      `select k.id from connections k
         join accounts a on a.id = k.account_id and a.status = 'active'
         join domains d on d.name = $2 and d.account_id = k.account_id and d.status = 'enabled'
       where k.id = $1 and k.status = 'active' for share of k, d`,
      [id, domain],
    );
    return held !== undefined;
  }
}
