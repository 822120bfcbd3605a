import { sqlMigration } from '@gatehouse/database';

export const accounts = sqlMigration(
  '0001-accounts',
  `
  CREATE TABLE accounts (
    id text PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    plan text NOT NULL,
    enterprise_ended_at timestamptz,
    enforcement text NOT NULL DEFAULT 'required',
    exempt text NOT NULL DEFAULT 'owners_and_admins',
    jit_provisioning boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE UNIQUE INDEX accounts_slug ON accounts (slug);

  CREATE TABLE users (
    id text PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE UNIQUE INDEX users_email ON users (email);

  CREATE TABLE memberships (
    id text PRIMARY KEY,
    version bigint NOT NULL,
    account_id text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL,
    status text NOT NULL,
    managed_by text NOT NULL,
    directory_id text,
    directory_user_id text,
    directory_external_id text,
    email_conflict boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE UNIQUE INDEX memberships_account_user ON memberships (account_id, user_id);

  CREATE UNIQUE INDEX memberships_account_id ON memberships (account_id, id);

  CREATE INDEX memberships_user ON memberships (user_id);

  CREATE INDEX memberships_owners ON memberships (account_id) WHERE role = 'owner';

  CREATE INDEX memberships_directory_user ON memberships (directory_user_id);

  CREATE INDEX memberships_directory ON memberships (directory_id);

  CREATE TABLE invitations (
    id text PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL,
    account_id text NOT NULL,
    membership_id text NOT NULL,
    user_id text NOT NULL,
    email text NOT NULL,
    token_hash text NOT NULL,
    expires_at timestamptz NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE INDEX invitations_membership ON invitations (membership_id);

  CREATE TABLE directories (
    id text PRIMARY KEY,
    version bigint NOT NULL,
    account_id text NOT NULL,
    status text NOT NULL
  );

  CREATE INDEX directories_account ON directories (account_id);

  CREATE TABLE directory_users (
    id text PRIMARY KEY,
    version bigint NOT NULL,
    account_id text NOT NULL,
    directory_id text NOT NULL,
    external_id text,
    email text NOT NULL,
    display_name text NOT NULL,
    active boolean NOT NULL
  );

  CREATE INDEX directory_users_directory_email ON directory_users (directory_id, email);

  CREATE TABLE domains (
    name text PRIMARY KEY,
    version bigint NOT NULL,
    account_id text NOT NULL,
    status text NOT NULL
  );

  CREATE TABLE audit_chains (
    chain text PRIMARY KEY,
    seq bigint NOT NULL,
    hash text NOT NULL
  );

  CREATE TABLE audit_entries (
    id text PRIMARY KEY,
    chain text NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    service text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    action text NOT NULL,
    target_type text NOT NULL,
    target_id text NOT NULL,
    details jsonb NOT NULL,
    personal_hash text,
    hash text NOT NULL
  );

  CREATE UNIQUE INDEX audit_entries_chain_seq ON audit_entries (chain, seq);

  CREATE TABLE audit_personal (
    entry_id text PRIMARY KEY,
    salt text NOT NULL,
    data jsonb NOT NULL
  );
`,
);
