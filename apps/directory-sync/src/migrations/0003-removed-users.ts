import { sqlMigration } from '@gatehouse/database';

export const removedUsers = sqlMigration(
  '0003-removed-users',
  `
  create table removed_user (
    directory_id text not null,
    id text not null,
    version bigint not null,
    removed_at timestamptz not null default now(),
    constraint removed_user_pkey primary key (directory_id, id)
  );
`,
);
