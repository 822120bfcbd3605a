import { sqlMigration } from '@gatehouse/database';

/** What the gateway keeps of domains and connections: for access, for discovery, and to sign people in. */
export const connections = sqlMigration(
  '0002-connections',
  `
    create table domains (
      name text primary key,
      version bigint not null,
      domain_id text not null,
      account_id text not null,
      status text not null
    );
    create index domains_account on domains (account_id);

    create table connections (
      id text primary key,
      version bigint not null,
      account_id text not null,
      protocol text not null,
      provider text not null,
      name text not null,
      status text not null,
      domains jsonb not null,
      live jsonb,
      draft jsonb,
      activated_at timestamptz
    );
    create index connections_account on connections (account_id);
  `,
);
