import type { Dialect } from '../dialect.js';
import { badRequest, type ScimType } from '../errors.js';
import type { ResourceType } from '../schema/attribute.js';
import { type AttributePath, resolvePath, resolveWithin } from '../schema/path.js';
import type { Comparison, Filter } from './ast.js';
import { type Token, tokenise } from './lexer.js';
import { comparison } from './typed.js';

export const MAX_FILTER_DEPTH = 32;
export const MAX_FILTER_NODES = 200;

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

/** How strongly the logical operators bind: `and` before `or` (RFC 7644 §3.4.2.2). */
const BINDING: Readonly<Record<string, { kind: 'and' | 'or'; power: number }>> = {
  or: { kind: 'or', power: 1 },
  and: { kind: 'and', power: 2 },
};

type Resolve = (name: string) => AttributePath | undefined;

/**
 * Parses a filter of RFC 7644 §3.4.2.2 into an AST typed by the schema.
 * @throws ScimError 400 `invalidFilter`, with the position and what was expected there.
 */
export function parseFilter(type: ResourceType, input: string, dialect: Dialect): Filter {
  const reader = new FilterReader(tokenise(input, 'invalidFilter'), dialect, 'invalidFilter');
  const filter = reader.expression((name) => resolvePath(type, name, dialect), 0, 0);
  reader.expect('end');
  return filter;
}

/** A Pratt parser over the tokens; PATCH paths use it for the part between the brackets. */
export class FilterReader {
  private position = 0;
  private nodes = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly dialect: Dialect,
    private readonly scimType: ScimType,
  ) {}

  peek(): Token {
    return this.tokens[this.position] ?? { kind: 'end', value: '', at: 0 };
  }

  next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  expect(kind: Token['kind']): Token {
    const token = this.next();
    if (token.kind !== kind) throw this.unexpected(token, kind === 'end' ? 'the end' : `"${kind}"`);
    return token;
  }

  expression(resolve: Resolve, minimum: number, depth: number): Filter {
    if (depth > MAX_FILTER_DEPTH) {
      throw badRequest(this.scimType, `The filter is nested deeper than ${MAX_FILTER_DEPTH} levels.`);
    }
    let left = this.term(resolve, depth);
    for (;;) {
      const token = this.peek();
      const operator = token.kind === 'word' ? BINDING[token.value.toLowerCase()] : undefined;
      if (!operator || operator.power <= minimum) return left;
      this.next();
      this.count();
      left = { kind: operator.kind, left, right: this.expression(resolve, operator.power, depth + 1) };
    }
  }

  /** The filter between brackets, over the elements of `path`. */
  element(path: AttributePath, depth: number): Filter {
    if (path.sub || path.attribute.type !== 'complex') {
      throw badRequest(
        this.scimType,
        `"${path.attribute.name}" has no elements with sub-attributes to filter.`,
      );
    }
    this.expect('[');
    const filter = this.expression((name) => resolveWithin(path.attribute, name), 0, depth + 1);
    this.expect(']');
    return filter;
  }

  private term(resolve: Resolve, depth: number): Filter {
    this.count();
    const token = this.next();
    if (token.kind === '(') {
      const inner = this.expression(resolve, 0, depth + 1);
      this.expect(')');
      return inner;
    }
    if (token.kind !== 'word') throw this.unexpected(token, 'an attribute, "not" or "("');
    if (token.value.toLowerCase() === 'not' && this.peek().kind === '(') {
      this.next();
      const operand = this.expression(resolve, 0, depth + 1);
      this.expect(')');
      return { kind: 'not', operand };
    }
    const path = resolve(token.value);
    if (!path)
      throw badRequest(
        this.scimType,
        `"${token.value}" is not an attribute here. See /Schemas for those there are.`,
      );
    if (path.attribute.returned === 'never')
      throw badRequest(this.scimType, `"${path.attribute.name}" can't be filtered.`);
    if (this.peek().kind === '[') return { kind: 'element', path, filter: this.element(path, depth) };
    return this.attributeExpression(path);
  }

  private attributeExpression(path: AttributePath): Filter {
    const token = this.next();
    const operator = token.kind === 'word' ? token.value.toLowerCase() : '';
    if (operator === 'pr') return { kind: 'present', path };
    if (!COMPARISONS.has(operator))
      throw this.unexpected(token, 'an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)');
    const literal = this.next();
    if (literal.kind !== 'word' && literal.kind !== 'text')
      throw this.unexpected(literal, 'a value: a quoted string, a number, true, false or null');
    return comparison(path, operator as Comparison, literal, this.dialect, this.scimType);
  }

  private count(): void {
    this.nodes += 1;
    if (this.nodes > MAX_FILTER_NODES) {
      throw badRequest(
        this.scimType,
        `The filter has more than ${MAX_FILTER_NODES} terms. Split it into several requests.`,
      );
    }
  }

  private unexpected(token: Token, expected: string): Error {
    const found = token.kind === 'end' ? 'it ends' : `"${token.value}" was found`;
    return badRequest(this.scimType, `At position ${token.at + 1} ${expected} was expected, but ${found}.`);
  }
}
