import { sqlMigration } from '@gatehouse/database';

export const initial = sqlMigration(
  '0001-sso-config',
  `
    create table accounts (
      id text not null,
      version bigint not null,
      name text not null,
      plan text not null,
      enterprise_ended_at timestamptz,
      status text not null,
      constraint accounts_pkey primary key (id)
    );

    create table domains (
      id text not null,
      account_id text not null,
      name text not null,
      status text not null,
      proof_token text not null,
      created_at timestamptz not null,
      verified_at timestamptz,
      enabled_at timestamptz,
      last_checked_at timestamptz,
      failed_checks integer not null default 0,
      last_failure text,
      next_check_at timestamptz,
      constraint domains_pkey primary key (id),
      constraint domains_account_id_name_key unique (account_id, name)
    );
    create unique index domains_one_owner on domains (name) where status in ('verified', 'enabled');
    create index domains_next_check on domains (next_check_at) where status in ('verified', 'enabled');

    create table domain_names (
      name text not null,
      version bigint not null,
      domain_id text not null,
      constraint domain_names_pkey primary key (name)
    );

    create table connections (
      id text not null,
      version bigint not null,
      account_id text not null,
      protocol text not null,
      provider text not null,
      name text not null,
      status text not null,
      config_version integer not null default 0,
      config jsonb,
      live jsonb,
      tested_version integer,
      metadata_url text,
      created_at timestamptz not null,
      activated_at timestamptz,
      constraint connections_pkey primary key (id)
    );
    create index connections_account on connections (account_id, id);

    create table connection_domains (
      connection_id text not null,
      domain_id text not null,
      constraint connection_domains_pkey primary key (connection_id, domain_id)
    );
    create index connection_domains_domain on connection_domains (domain_id);

    create table setup_links (
      id text not null,
      account_id text not null,
      domain_ids text[] not null,
      purposes text[] not null,
      may_activate boolean not null,
      token_hash text not null,
      status text not null,
      progress jsonb,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      opened_at timestamptz,
      completed_at timestamptz,
      revoked_at timestamptz,
      constraint setup_links_pkey primary key (id)
    );
    create index setup_links_account on setup_links (account_id, id);
    create unique index setup_links_token_hash on setup_links (token_hash);

    create table setup_sessions (
      id text not null,
      link_id text not null,
      token_hash text not null,
      csrf_token text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      constraint setup_sessions_pkey primary key (id)
    );
    create index setup_sessions_link on setup_sessions (link_id);
    create unique index setup_sessions_token_hash on setup_sessions (token_hash);
  `,
);
