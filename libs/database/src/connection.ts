import pg from 'pg';

const int8Oid = 20;

/**
 * Versions and sequence numbers are bigint columns within 2^53: read as numbers, on our connections only
 * (`pg.types.setTypeParser` would change every user of pg in the process). Larger ones stay strings.
 */
export const types: pg.CustomTypesConfig = { getTypeParser };

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === int8Oid && format !== 'binary') return parseInt8;
  return pg.types.getTypeParser(oid, format) as (text: string) => unknown;
}

function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/** Start-up options of every connection: its own schema first and only; the isolation of its transactions. */
export function connectionOptions(schema: string): string {
  return `-c search_path=${quoteIdentifier(schema)} -c default_transaction_isolation=read\\ committed`;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A stable 63-bit key for PostgreSQL's advisory locks, from a readable name (FNV-1a, as a decimal string). */
export function lockKey(name: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return BigInt.asIntN(64, hash).toString();
}
