import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../deployment/program.js';

export type Schema = Record<string, unknown>;

export interface Operation {
  operationId: string;
  method: string;
  path: string;
  /** Names of what it accepts; empty: anybody may call it. */
  credentials: string[];
  hasBody: boolean;
  parameters: string[];
  /** By status; `null` is an answer without a body. */
  responses: Map<number, Schema | null>;
  /** Documented problem codes by status. */
  problems: Map<number, string[]>;
}

interface Document {
  paths: Record<string, Record<string, Documented>>;
  components: { schemas: Record<string, Schema> };
}

interface Documented {
  operationId: string;
  security: Record<string, unknown>[];
  parameters?: { name: string; in: string }[];
  requestBody?: unknown;
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** The committed document, which `npm run openapi` writes. */
export const document = JSON.parse(
  readFileSync(join(repository, 'libs/api-client/openapi.json'), 'utf8'),
) as Document;

export const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, documented]) => describeOperation(path, method, documented)),
);

function describeOperation(path: string, method: string, documented: Documented): Operation {
  const responses = new Map<number, Schema | null>();
  const problems = new Map<number, string[]>();
  for (const [status, { content = {} }] of Object.entries(documented.responses)) {
    const problem = content['application/problem+json'];
    if (problem) problems.set(Number(status), codesOf(problem.schema));
    else responses.set(Number(status), content['application/json']?.schema ?? null);
  }
  return {
    operationId: documented.operationId,
    ...{ method: method.toUpperCase(), path, responses, problems },
    credentials: documented.security.flatMap((each) => Object.keys(each)),
    hasBody: documented.requestBody !== undefined,
    parameters: (documented.parameters ?? []).filter((each) => each.in === 'path').map(({ name }) => name),
  };
}

function codesOf(schema: Schema): string[] {
  const [, own] = schema['allOf'] as [unknown, { properties: { code: { enum: string[] } } }];
  return own.properties.code.enum;
}

/** @throws where a parameter has no value */
export function pathOf({ path }: Pick<Operation, 'path'>, values: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No value for {${name}} of ${path}`);
    return value;
  });
}
