export { Database, openDatabase, type DatabaseOptions } from './database.js';
export { Tx } from './tx.js';
export { migrate, schemaDifferences, sqlMigration } from './migrate.js';
export { prepareSchemas, type SchemaOwner } from './prepare-schemas.js';
export { leaderJob, type LeaderJob } from './leader-job.js';
export { DatabaseUnreachable, describeUrl, isDatabaseAway, isSerializationFailure } from './errors.js';
export { connectionOptions, lockKey, quoteIdentifier, types as typeParsers } from './connection.js';
export { SnakeNamingStrategy } from './naming.js';
