import { sqlMigration } from '@gatehouse/database';

export const directories = sqlMigration(
  '0001-directories',
  `
  create table account (
    id text not null,
    version bigint not null,
    plan text not null,
    enterprise_ended_at timestamptz,
    status text not null,
    constraint account_pkey primary key (id)
  );

  create table domain (
    name text not null,
    version bigint not null,
    account_id text not null,
    status text not null,
    constraint domain_pkey primary key (name)
  );

  create index domain_account on domain (account_id);

  create table directory (
    id text not null,
    account_id text not null,
    name text not null,
    dialect text not null,
    status text not null,
    suspended boolean not null default false,
    version bigint not null,
    revision bigint not null default 1,
    created_at timestamptz not null default now(),
    last_request_at timestamptz,
    constraint directory_pkey primary key (id)
  );

  create index directory_account on directory (account_id);

  create unique index directory_live on directory (account_id) where status = 'live';

  create table directory_token (
    id text not null,
    directory_id text not null,
    secret_hash bytea not null,
    last_four text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    constraint directory_token_pkey primary key (id),
    constraint directory_token_directory foreign key (directory_id) references directory (id) on delete cascade
  );

  create index directory_token_directory_id on directory_token (directory_id);

  create table scim_user (
    directory_id text not null,
    id text not null,
    seq bigserial not null,
    version bigint not null,
    user_name_key text not null,
    external_id text,
    email text not null,
    active boolean not null,
    reason text,
    document jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint scim_user_pkey primary key (directory_id, id)
  );

  create unique index scim_user_name on scim_user (directory_id, user_name_key);

  create index scim_user_seq on scim_user (directory_id, seq);

  create index scim_user_external_id on scim_user (directory_id, external_id) where external_id is not null;

  create table scim_user_email (
    directory_id text not null,
    value_key text not null,
    user_id text not null,
    constraint scim_user_email_pkey primary key (directory_id, value_key, user_id),
    constraint scim_user_email_user foreign key (directory_id, user_id)
      references scim_user (directory_id, id) on delete cascade
  );

  create index scim_user_email_user_id on scim_user_email (directory_id, user_id);

  create table directory_counter (
    directory_id text not null,
    shard smallint not null,
    users bigint not null,
    active bigint not null,
    constraint directory_counter_pkey primary key (directory_id, shard)
  ) with (fillfactor = 50);
`,
);
