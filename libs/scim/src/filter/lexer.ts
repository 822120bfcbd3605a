import { badRequest, type ScimType } from '../errors.js';
import { isStorable } from '../resource/storable.js';

/** `word`: attribute paths, operators, numbers and literals. `text`: a JSON string, decoded. */
export interface Token {
  readonly kind: 'word' | 'text' | '(' | ')' | '[' | ']' | 'end';
  readonly value: string;
  readonly at: number;
}

/** Longest filter or path that is read, in UTF-16 code units. */
export const MAX_FILTER_LENGTH = 8 * 1024;

const BREAKS = new Set([' ', '\t', '(', ')', '[', ']', '"']);

/** Splits a filter or a PATCH path into tokens, in one pass and without regular expressions over the input. */
export function tokenise(input: string, scimType: ScimType): Token[] {
  if (input.length > MAX_FILTER_LENGTH) {
    throw badRequest(
      scimType,
      `The expression has ${input.length} characters; at most ${MAX_FILTER_LENGTH} are read.`,
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < input.length) {
    const character = input.charAt(at);
    if (character === ' ' || character === '\t') {
      at += 1;
    } else if (character === '"') {
      const end = endOfString(input, at, scimType);
      tokens.push({ kind: 'text', value: decode(input.slice(at, end), at, scimType), at });
      at = end;
    } else if (character === '(' || character === ')' || character === '[' || character === ']') {
      tokens.push({ kind: character, value: character, at });
      at += 1;
    } else {
      const start = at;
      while (at < input.length && !BREAKS.has(input.charAt(at))) at += 1;
      tokens.push({ kind: 'word', value: input.slice(start, at), at: start });
    }
  }
  tokens.push({ kind: 'end', value: '', at: input.length });
  return tokens;
}

/** Index after the closing quote. */
function endOfString(input: string, start: number, scimType: ScimType): number {
  for (let at = start + 1; at < input.length; at += 1) {
    const character = input.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '"') return at + 1;
  }
  throw badRequest(scimType, `The string that begins at position ${start + 1} has no closing quote.`);
}

function decode(quoted: string, at: number, scimType: ScimType): string {
  let value: unknown;
  try {
    value = JSON.parse(quoted);
  } catch {
    throw badRequest(scimType, `The string at position ${at + 1} is not a JSON string.`);
  }
  // What can't be stored can't match.
  if (typeof value !== 'string' || !isStorable(value)) {
    throw badRequest(scimType, `The string at position ${at + 1} holds a NUL or half a surrogate pair.`);
  }
  return value;
}
