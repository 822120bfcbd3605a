import { sqlMigration } from '@gatehouse/database';

/** Sessions, local credentials, API keys, and what the gateway keeps of other services' events to decide access. */
export const gateway = sqlMigration(
  '0001-gateway',
  `
    create table accounts (
      id text primary key,
      version bigint not null,
      slug text not null,
      name text not null,
      plan text not null,
      enterprise_ended_at timestamptz,
      enforcement text not null,
      exempt text not null,
      jit_provisioning boolean not null,
      status text not null
    );
    create index accounts_slug on accounts (slug);

    create table memberships (
      id text primary key,
      version bigint not null,
      account_id text not null,
      user_id text not null,
      email text not null,
      email_domain text not null,
      name text not null,
      role text not null,
      status text not null,
      managed_by text not null,
      directory_id text,
      directory_user_id text
    );
    create index memberships_user on memberships (user_id, account_id);
    create index memberships_account on memberships (account_id);
    create index memberships_email on memberships (email);
    create index memberships_email_domain on memberships (email_domain);
    create index memberships_directory_user on memberships (directory_user_id);

    create table directories (
      id text primary key,
      version bigint not null,
      account_id text not null,
      status text not null
    );
    create index directories_account on directories (account_id);

    create table directory_users (
      id text primary key,
      version bigint not null,
      directory_id text not null,
      account_id text not null,
      active boolean not null
    );

    create table heartbeats (
      service text primary key,
      version bigint not null,
      at timestamptz not null
    );

    create table invitations (
      id text primary key,
      version bigint not null,
      kind text not null,
      account_id text not null,
      membership_id text not null,
      user_id text not null,
      email text not null,
      token_hash text not null,
      expires_at timestamptz not null,
      status text not null
    );
    create index invitations_token on invitations (token_hash);

    create table used_invitations (
      invitation_id text primary key,
      used_at timestamptz not null default now()
    );

    create table sessions (
      id text primary key,
      token_hash text not null,
      user_id text not null,
      created_at timestamptz not null default clock_timestamp(),
      last_seen_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      ended_at timestamptz,
      end_reason text,
      address text not null,
      user_agent text not null
    );
    create unique index sessions_token on sessions (token_hash);
    create index sessions_user on sessions (user_id);
    create index sessions_expires on sessions (expires_at);

    create table session_authentications (
      id text primary key,
      session_id text not null references sessions (id) on delete cascade,
      user_id text not null,
      method text not null,
      connection_id text,
      account_id text,
      domain text not null,
      authenticated_at timestamptz not null,
      not_on_or_after timestamptz
    );
    create index session_authentications_session on session_authentications (session_id);
    create index session_authentications_user on session_authentications (user_id);
    create index session_authentications_connection on session_authentications (connection_id);
    create index session_authentications_domain on session_authentications (domain);

    create table credentials (
      user_id text primary key,
      password_hash text not null,
      vouched_by text,
      changed_at timestamptz not null default now()
    );

    create table password_resets (
      token_hash text primary key,
      user_id text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index password_resets_user on password_resets (user_id);

    create table password_failures (
      subject text primary key,
      failures integer not null,
      failed_at timestamptz not null,
      locked_until timestamptz not null
    );

    create table rate_limits (
      bucket text primary key,
      tokens double precision not null,
      refilled_at timestamptz not null
    );
    create index rate_limits_refilled on rate_limits (refilled_at);

    create table api_keys (
      id text primary key,
      account_id text not null,
      membership_id text not null,
      user_id text not null,
      name text not null,
      role text not null,
      secret_hash text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz,
      last_used_at timestamptz
    );
    create index api_keys_account on api_keys (account_id);
    create index api_keys_membership on api_keys (membership_id);
    create index api_keys_user on api_keys (user_id);
  `,
);
