import type { Tx } from '@gatehouse/database';
import { type Document, fold } from '@gatehouse/scim';
import { COUNTER_SHARDS } from '../directories/directory-counter.entity.js';
import type { Provisioning, StoredUser } from './provisioning.js';

/** Selected with these names, so that a row is a `StoredUser`. */
export const userColumns = `u.id, u.version::float8 as version, u.created_at as created, u.updated_at as "lastModified",
  u.document, u.email, u.active, u.reason`;

export interface NewUser extends Omit<Provisioning, 'event'> {
  readonly directoryId: string;
  readonly id: string;
  readonly version: number;
  readonly document: Document;
}

/**
 * The common table expressions that write a user, `source` being where they take their one row (or none) from.
 * `written` has the user's times, or no row where the userName is taken; the parameters are $1 to $11.
 */
export function insertUserSql(source: string): string {
  return `
    created as (
      insert into scim_user (directory_id, id, version, user_name_key, external_id, email, active, reason, document)
      select $1::text, $2::text, $3::bigint, $4::text, $5::text, $6::text, $7::boolean, $8::text, $9::jsonb ${source}
      on conflict (directory_id, user_name_key) do nothing
      returning created_at, updated_at),
    addressed as (
      insert into scim_user_email (directory_id, user_id, value_key)
      select $1::text, $2::text, key from unnest($10::text[]) as key, created
      returning 1),
    counted as (
      insert into directory_counter as c (directory_id, shard, users, active)
      select $1::text, $11::smallint, 1, $7::boolean::int from created
      on conflict (directory_id, shard) do update set users = c.users + 1, active = c.active + excluded.active
      returning 1),
    -- Read after all writes: what depends on it (the lock of the outbox) comes last.
    written as (
      select created_at as created, updated_at as "lastModified" from created
       where (select count(*) from addressed) >= 0 and (select count(*) from counted) > 0)`;
}

export function insertUserParameters(user: NewUser): unknown[] {
  const { directoryId, id, version, document, email, active, reason } = user;
  return [
    directoryId,
    id,
    version,
    userNameKey(document),
    externalId(document),
    email,
    active,
    reason,
    JSON.stringify(document),
    emailKeys(document),
    randomShard(),
  ];
}

/** Writes a change of a user whose row is locked. */
export async function updateUser(
  tx: Tx,
  directoryId: string,
  before: StoredUser,
  next: Omit<NewUser, 'directoryId' | 'id'>,
): Promise<Date> {
  const activeDelta = Number(next.active) - Number(before.active);
  const [row] = await tx.query<{ lastModified: Date }>(
    `with changed as (
       update scim_user
          set version = $3, user_name_key = $4, external_id = $5, email = $6, active = $7, reason = $8,
              document = $9::jsonb, updated_at = now()
        where directory_id = $1 and id = $2
       returning updated_at),
     dropped as (
       delete from scim_user_email where directory_id = $1 and user_id = $2 and value_key <> all($10::text[])),
     addressed as (
       insert into scim_user_email (directory_id, user_id, value_key)
       select $1, $2, key from unnest($10::text[]) as key
       on conflict do nothing),
     counted as (
       insert into directory_counter as c (directory_id, shard, users, active)
       select $1, $11::smallint, 0, $12::bigint where $12::bigint <> 0
       on conflict (directory_id, shard) do update set active = c.active + excluded.active)
     select updated_at as "lastModified" from changed`,
    [
      directoryId,
      before.id,
      next.version,
      userNameKey(next.document),
      externalId(next.document),
      next.email,
      next.active,
      next.reason,
      JSON.stringify(next.document),
      emailKeys(next.document),
      randomShard(),
      activeDelta,
    ],
  );
  if (!row) throw new Error('a locked user was not there to be updated');
  return row.lastModified;
}

/** Deletes a user whose row is locked; its addresses go with it. That it was there is kept, under its last version. */
export async function deleteUser(
  tx: Tx,
  directoryId: string,
  user: StoredUser,
  version: number,
): Promise<void> {
  await tx.query(
    `with deleted as (delete from scim_user where directory_id = $1 and id = $2),
     noted as (insert into removed_user (directory_id, id, version) values ($1, $2, $5))
     insert into directory_counter as c (directory_id, shard, users, active) values ($1, $3::smallint, -1, $4::bigint)
     on conflict (directory_id, shard) do update set users = c.users - 1, active = c.active + excluded.active`,
    [directoryId, user.id, randomShard(), -Number(user.active), version],
  );
}

function userNameKey(document: Document): string {
  const { userName } = document;
  if (typeof userName !== 'string') throw new Error('a user without userName got past its schema');
  return fold(userName);
}

function externalId(document: Document): string | null {
  return typeof document['externalId'] === 'string' ? document['externalId'] : null;
}

function emailKeys(document: Document): string[] {
  const emails = Array.isArray(document['emails']) ? document['emails'] : [];
  const values = emails.map((email) =>
    typeof email === 'object' && !Array.isArray(email) ? email['value'] : undefined,
  );
  return [...new Set(values.filter((value) => typeof value === 'string').map(fold))];
}

function randomShard(): number {
  return Math.floor(Math.random() * COUNTER_SHARDS);
}
