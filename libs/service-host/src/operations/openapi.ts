import { problems, type ProblemCode } from '@gatehouse/contracts';
import { z } from 'zod';
import type { Access, Operation } from './operation.js';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of these operations. */
export function openApiDocument(
  operations: readonly Operation[],
  info: { title: string; version: string },
): Json {
  const paths: Record<string, Json> = {};
  for (const target of operations.filter((o) => o.internal !== true)) {
    const path = target.path.replace(/:([A-Za-z]+)/g, '{$1}');
    (paths[path] ??= {})[target.method.toLowerCase()] = describe(target);
  }
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map((o) => o.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-gh_session',
          description:
            "The browser's session; writes also need X-CSRF-Token and the right Origin. On http://localhost the cookie is `gh_session`.",
        },
        apiKey: { type: 'http', scheme: 'bearer', description: "An account's API key, `gh_key_…`." },
        operator: { type: 'http', scheme: 'bearer', description: "The operator's token." },
        setupSession: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-gh_setup',
          description: 'The set-up session that a setup link starts.',
        },
      },
    },
  };
}

function describe(target: Operation): Json {
  const parameters = [...parametersOf(target.params, 'path'), ...parametersOf(target.query, 'query')];
  return {
    operationId: target.id,
    tags: [target.tag],
    summary: target.summary,
    ...(target.description ? { description: target.description } : {}),
    security: securityOf(target.access),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(target.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(target.body, 'input') } },
          },
        }
      : {}),
    responses: { ...successOf(target), ...problemsOf(target) },
  };
}

function successOf(target: Operation): Json {
  const schema = target.responses[target.successStatus];
  const content = schema ? { content: { 'application/json': { schema: jsonSchema(schema, 'output') } } } : {};
  return { [target.successStatus]: { description: 'Done', ...content } };
}

function problemsOf(target: Operation): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemCodesOf(target)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }],
            },
          },
        },
      },
    ]),
  );
}

/** Every problem code that the operation may answer with: what it declares, and what follows from its shape. */
export function problemCodesOf(target: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>(target.problems ?? []);
  const isPublic = target.access.includes('public');
  if (!isPublic)
    for (const code of [
      'not_signed_in',
      'session_expired',
      'session_revoked',
      'api_key_invalid',
      'token_invalid',
      'forbidden',
      'access_unknown',
      'unavailable',
    ] as const)
      codes.add(code);
  if (
    !isPublic &&
    target.access.some((access) => access === 'member' || access === 'admin' || access === 'owner')
  )
    for (const code of ['not_a_member', 'deprovisioned', 'sso_required', 'guest_not_allowed'] as const)
      codes.add(code);
  if (!isPublic && target.method !== 'GET') codes.add('csrf_invalid');
  if (target.plan) codes.add('plan_required');
  if (target.params) codes.add('not_found');
  if (target.body ?? target.query) codes.add('invalid_request');
  if (target.body) for (const code of ['body_too_large', 'unsupported_media_type'] as const) codes.add(code);
  return [...codes];
}

function parametersOf(schema: z.ZodType | undefined, location: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: location,
    required: location === 'path' || required.includes(name),
    schema: property,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
  }) as Json;
  return rest;
}

const schemes: Record<Access, string[]> = {
  public: [],
  gateway: [],
  operator: ['operator'],
  member: ['session', 'apiKey', 'operator'],
  admin: ['session', 'apiKey', 'operator'],
  owner: ['session', 'apiKey', 'operator'],
  'setup:sso': ['setupSession', 'operator'],
  'setup:directory': ['setupSession', 'operator'],
};

function securityOf(access: readonly Access[]): Json[] {
  return [...new Set(access.flatMap((one) => schemes[one]))].map((name) => ({ [name]: [] }));
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problems) },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};
