const HALF_PAIR = /\p{Surrogate}/u;

/** Postgres stores neither NUL nor half a surrogate pair, in text and jsonb: they are refused with a reason instead. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !HALF_PAIR.test(text);
}
