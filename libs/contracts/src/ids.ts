import { typeid } from 'typeid-js';
import { z } from 'zod';

/** Prefixes of Gatehouse's TypeIDs (https://github.com/jetify-com/typeid): sortable by creation time, and telling of their kind. */
export const idPrefixes = [
  'acct',
  'user',
  'mem',
  'dom',
  'conn',
  'link',
  'setup',
  'dir',
  'dtok',
  'duser',
  'dgroup',
  'key',
  'sess',
  'auth',
  'inv',
  'req',
  'signin',
  'test',
  'evt',
  'audit',
] as const;

export type IdPrefix = (typeof idPrefixes)[number];

/** A new id, for example `acct_01h455vb4pex5vsknk084sn02q`. */
export function newId(prefix: IdPrefix): string {
  return typeid(prefix).toString();
}

/** A TypeID of one kind; the suffix is 26 characters of Crockford's base 32, lower case, at most 7 first. */
export function idOf(prefix: IdPrefix): z.ZodString {
  return z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`),
      `must be an id that begins with ${prefix}_`,
    );
}

/**
 * The next version of an aggregate: milliseconds since 1970, or one more than the previous version where that is
 * ahead of the clock. It rises for ever, also after a restore from an older backup.
 */
export function nextVersion(previous: number | null | undefined, now: number = Date.now()): number {
  return Math.max((previous ?? 0) + 1, now);
}
