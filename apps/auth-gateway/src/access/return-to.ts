/** A path on our own origin to go back to after sign-in; undefined for anything that a browser might take elsewhere. */
export function safeReturnTo(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2_000 || !value.startsWith('/')) return undefined;
  // `//evil` and `/\evil` are other hosts; control characters are dropped by browsers before they parse.
  if (value.startsWith('//') || /[\\\u0000-\u001f\u007f]/.test(value)) return undefined;
  const base = 'http://own.invalid';
  return URL.canParse(value, base) && new URL(value, base).origin === base ? value : undefined;
}
