import pg from 'pg';
import { lockKey, quoteIdentifier } from './connection.js';
import { DatabaseUnreachable } from './errors.js';

export interface SchemaOwner {
  schema: string;
  role: string;
  password: string;
}

/**
 * Makes one role and schema a service with a superuser's URL: what `deploy/postgres/init.sql` does by hand elsewhere.
 * A role sees its own schema only. Safe to run again; a changed password is set.
 * @returns each schema's own URL
 * @throws DatabaseUnreachable
 */
export async function prepareSchemas(
  superuserUrl: string,
  owners: readonly SchemaOwner[],
): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: superuserUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnreachable(superuserUrl, error);
  }
  try {
    // Roles belong to the whole cluster: databases that are prepared side by side must not race for them.
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [lockKey('gatehouse:prepare-schemas')]);
    await client.query('revoke create on schema public from public');
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    const database = quoteIdentifier(rows[0]?.name ?? 'postgres');
    for (const owner of owners) await prepareSchema(client, database, owner);
    await client.query('commit');
  } finally {
    await client.end();
  }
  return Object.fromEntries(owners.map((owner) => [owner.schema, ownUrl(superuserUrl, owner)]));
}

async function prepareSchema(
  client: pg.Client,
  database: string,
  { schema, role, password }: SchemaOwner,
): Promise<void> {
  const [quotedSchema, quotedRole] = [quoteIdentifier(schema), quoteIdentifier(role)];
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await client.query(`create role ${quotedRole} login`);
  await client.query(`alter role ${quotedRole} password ${pg.escapeLiteral(password)}`);
  await client.query(`grant connect on database ${database} to ${quotedRole}`);
  await client.query(`create schema if not exists ${quotedSchema} authorization ${quotedRole}`);
  await client.query(`revoke all on schema ${quotedSchema} from public`);
  await client.query(`alter role ${quotedRole} in database ${database} set search_path = ${quotedSchema}`);
}

function ownUrl(superuserUrl: string, { role, password }: SchemaOwner): string {
  const url = new URL(superuserUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.toString();
}
