import { sqlMigration } from '@gatehouse/database';

/** Sign-ins under way, assertions that were used, who people are at their identity providers, and test sign-ins. */
export const signIn = sqlMigration(
  '0003-sign-in',
  `
    create table sign_in_requests (
      id text primary key,
      connection_id text not null,
      account_id text not null,
      protocol text not null,
      browser_hash text not null,
      test_id text,
      config_version bigint not null,
      return_to text not null,
      nonce text,
      code_verifier text,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null
    );
    create index sign_in_requests_expires on sign_in_requests (expires_at);

    create table used_assertions (
      connection_id text not null,
      assertion_id text not null,
      expires_at timestamptz not null,
      primary key (connection_id, assertion_id)
    );
    create index used_assertions_expires on used_assertions (expires_at);

    create table identity_links (
      connection_id text not null,
      subject text not null,
      account_id text not null,
      user_id text not null,
      subject_is_email boolean not null,
      name_id text,
      created_at timestamptz not null default clock_timestamp(),
      used_at timestamptz not null default clock_timestamp(),
      primary key (connection_id, subject)
    );
    create index identity_links_user on identity_links (user_id, account_id);
    create index identity_links_name_id on identity_links (connection_id, name_id);

    create table admissions (
      sign_in_id text primary key,
      account_id text not null,
      admitted boolean not null,
      user_id text,
      membership_id text,
      reason text,
      decided_at timestamptz not null default clock_timestamp()
    );
    create index admissions_decided on admissions (decided_at);

    create table test_sign_ins (
      id text primary key,
      account_id text not null,
      connection_id text not null,
      config_version bigint not null,
      token_hash text not null,
      status text not null,
      code text,
      checks jsonb not null default '[]',
      profile jsonb,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      completed_at timestamptz
    );
    create index test_sign_ins_connection on test_sign_ins (connection_id, id);
    create index test_sign_ins_created on test_sign_ins (created_at);
  `,
);
