const DAY_MS = 86_400_000;

/** The end of a lifetime in days from now, as the API wants it; undefined for `never`. */
export function expiryFrom(days: string, now: Date): string | undefined {
  const count = Number(days);
  return Number.isInteger(count) && count > 0
    ? new Date(now.getTime() + count * DAY_MS).toISOString()
    : undefined;
}
