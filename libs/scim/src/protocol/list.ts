import type { Dialect } from '../dialect.js';
import { badRequest } from '../errors.js';
import type { Filter } from '../filter/ast.js';
import { parseFilter } from '../filter/parser.js';
import { type Projection, readProjection } from '../resource/project.js';
import type { ResourceType } from '../schema/attribute.js';

export const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Most resources in one page, and how many there are where the client does not say. */
export const MAX_PAGE = 200;
const DEFAULT_PAGE = 100;

export interface ListQuery {
  readonly filter: Filter | null;
  /** From 1. */
  readonly startIndex: number;
  /** 0 asks for the total alone. */
  readonly count: number;
  readonly projection: Projection;
}

/** Query parameters as a server parsed them: a repeated one is a list. */
export type QueryParameters = Readonly<Record<string, unknown>>;

/**
 * Reads filter, startIndex, count, attributes and excludedAttributes (RFC 7644 §3.4.2).
 * @throws ScimError 400 `invalidFilter` or `invalidValue`
 */
export function readListQuery(type: ResourceType, query: QueryParameters, dialect: Dialect): ListQuery {
  const filter = single(query, 'filter');
  return {
    filter: filter === undefined || filter === '' ? null : parseFilter(type, filter, dialect),
    startIndex: Math.max(1, wholeNumber(query, 'startIndex') ?? 1),
    count: Math.min(MAX_PAGE, Math.max(0, wholeNumber(query, 'count') ?? DEFAULT_PAGE)),
    projection: readResourceQuery(type, query, dialect),
  };
}

/** Reads attributes and excludedAttributes. */
export function readResourceQuery(type: ResourceType, query: QueryParameters, dialect: Dialect): Projection {
  return readProjection(type, single(query, 'attributes'), single(query, 'excludedAttributes'), dialect);
}

function single(query: QueryParameters, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw badRequest('invalidValue', `"${name}" is given more than once.`);
}

function wholeNumber(query: QueryParameters, name: string): number | undefined {
  const value = single(query, name);
  if (value === undefined || value === '') return undefined;
  if (!/^-?\d{1,12}$/.test(value)) throw badRequest('invalidValue', `"${name}" must be a whole number.`);
  return Number(value);
}

/** A ListResponse; `itemsPerPage` is the number that is there. */
export function listResponse(resources: readonly unknown[], totalResults: number, startIndex = 1) {
  return {
    schemas: [LIST_SCHEMA],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
