/** The database could not be reached; says where it was looked for, never with which password. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';

  constructor(url: string, cause: unknown) {
    const reason =
      cause instanceof Error ? cause.message || (cause as { code?: string }).code : String(cause);
    super(
      `The database at ${describeUrl(url)} can't be used: ${reason}. Check that it runs and that DATABASE_URL names it, with its user and password.`,
      { cause },
    );
  }
}

/** Host, port and database of a connection URL, without user and password. */
export function describeUrl(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || '5432'}${pathname}`;
  } catch {
    return '(a URL that cannot be read)';
  }
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // PostgreSQL appendix A: admin shutdown, crash shutdown, cannot connect now, idle session time-out, too many connections.
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '53300',
]);

const connectionMessages =
  /connection terminated|connection error and is not queryable|client has already been released|timeout exceeded when trying to connect|client was closed|not connected|cannot use a pool after calling end/i;

/**
 * True where an error says that the database is away or in trouble, and so nothing about the work that met it.
 * Such work is tried again once the database answers; it is never parked or given up.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (connectionCodes.has(code) || code.startsWith('08'))) return true;
  if (error instanceof AggregateError && error.errors.some(isDatabaseAway)) return true;
  if (connectionMessages.test(error.message)) return true;
  const inner = (error as { driverError?: unknown }).driverError ?? error.cause;
  return inner !== undefined && inner !== error && isDatabaseAway(inner);
}

/** True where PostgreSQL gave one of two quarrelling transactions up: doing the same again may succeed. */
export function isSerializationFailure(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40001' || code === '40P01';
}
