import { migrate } from '@gatehouse/database';
import { explainStart, openServiceDatabase } from '@gatehouse/service-host';

/**
 * `npm run migrate -- <service>`: migrates one service's schema and ends, for deployments whose services start with `MIGRATE=0`.
 * `DATABASE_URL` is the service's own; replicas and this command may run at the same time.
 */
const services = ['account', 'sso-config', 'directory-sync', 'auth-gateway'];
const [name] = process.argv.slice(2);
const { DATABASE_URL, DATABASE_DIRECT_URL } = process.env;

if (!services.includes(name) || !DATABASE_URL) {
  console.error(`Usage: DATABASE_URL=postgres://… npm run migrate -- ${services.join('|')}`);
  process.exit(2);
}

try {
  const { service } = await import(`@gatehouse/${name}`);
  const database = await openServiceDatabase(service, {
    DATABASE_URL,
    DATABASE_DIRECT_URL,
    DATABASE_POOL: 2,
  });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
  console.log(`The schema ${service.schema} is up to date.`);
} catch (error) {
  console.error(`${name} was not migrated. ${explainStart(error)}`);
  process.exit(1);
}
