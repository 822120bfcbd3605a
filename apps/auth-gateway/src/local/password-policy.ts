import { Problem } from '@gatehouse/service-host';
import { commonPasswords } from './common-passwords.js';

export const MIN_LENGTH = 10;
export const MAX_LENGTH = 256;

/**
 * Length and a list of known passwords, as NIST SP 800-63B-4 §3.1.1.2 asks; no rules on kinds of characters. Throws
 * `password_unacceptable` with what to do.
 */
export function requireAcceptable(password: string, email: string): void {
  const reason = weaknessOf(password.normalize('NFKC'), email);
  if (reason !== undefined)
    throw new Problem(
      'password_unacceptable',
      `${reason} Choose at least ${MIN_LENGTH} characters that nobody would guess, for example four words.`,
    );
}

function weaknessOf(password: string, email: string): string | undefined {
  const length = [...password].length;
  if (length < MIN_LENGTH) return `The password has ${length} characters.`;
  if (length > MAX_LENGTH) return `The password is longer than ${MAX_LENGTH} characters.`;
  const lower = password.toLowerCase();
  const letters = lower.replace(/[^\p{L}]/gu, '');
  if (commonPasswords.has(lower) || commonPasswords.has(letters))
    return 'The password is among those that attackers try first.';
  if (new Set(lower).size < 5) return 'The password repeats very few characters.';
  if (isRun(lower)) return 'The password is a plain sequence.';
  const local = email.slice(0, email.lastIndexOf('@')).toLowerCase();
  if (lower === email.toLowerCase() || (local.length >= 4 && lower.replaceAll(local, '').length < 6))
    return 'The password is made of your address.';
  return undefined;
}

/** `abcdefghij`, `0987654321`: each character next to the one before. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, at) => code - (codes[at] ?? 0)));
  return steps.size <= 2 && [...steps].every((step) => Math.abs(step) === 1 || Math.abs(step) === 9);
}
