import type { Caller, ProblemCode } from '@gatehouse/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** Who may call an operation. The operator may do all that is scoped to an account. */
export type Access =
  'public' | 'operator' | 'member' | 'admin' | 'owner' | 'setup:sso' | 'setup:directory' | 'gateway';

export interface OperationSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  /** Unique; becomes OpenAPI's operationId. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` parameters. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: readonly Access[];
  /** Refuses callers whose account is not on this plan: 403 `plan_required`. */
  readonly plan?: 'enterprise';
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Exactly one 2xx status; its schema, or null for an empty answer. */
  readonly responses: Readonly<Record<number, z.ZodType | null>>;
  /** Problem codes beyond those that follow from access, plan, parameters and body. */
  readonly problems?: readonly ProblemCode[];
  /** Not part of the published OpenAPI document. */
  readonly internal?: boolean;
}

export interface Operation<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
> extends OperationSpec<P, Q, B> {
  readonly successStatus: number;
}

/** What a handler receives: everything about the request, checked. */
export interface OperationInput<P, Q, B> {
  caller: Caller;
  params: P;
  query: Q;
  body: B;
  request: FastifyRequest;
  reply: FastifyReply;
}

export type InputOf<O> =
  O extends Operation<infer P, infer Q, infer B>
    ? OperationInput<z.output<P>, z.output<Q>, z.output<B>>
    : never;

const registered = new Map<string, Operation>();

/** Declares an operation of an HTTP API: its route, who may call it, what goes in, what comes out. */
export function operation<
  P extends z.ZodType = z.ZodObject<Record<never, never>>,
  Q extends z.ZodType = z.ZodObject<Record<never, never>>,
  B extends z.ZodType = z.ZodUndefined,
>(spec: OperationSpec<P, Q, B>): Operation<P, Q, B> {
  const successes = Object.keys(spec.responses)
    .map(Number)
    .filter((status) => status >= 200 && status < 300);
  const successStatus = successes[0];
  if (successes.length !== 1 || successStatus === undefined)
    throw new Error(`Operation ${spec.id} must declare exactly one 2xx response`);
  if (registered.has(spec.id)) throw new Error(`Operation ${spec.id} is declared twice`);
  const declared = Object.freeze({ ...spec, successStatus });
  registered.set(spec.id, declared);
  return declared;
}

/** All operations declared by the modules that were loaded so far, by path. */
export function declaredOperations(): Operation[] {
  return [...registered.values()].sort(
    (a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method),
  );
}

/** A list as every Gatehouse API answers it. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** Query of a list: `limit` 1 to 200 (default 50), and the `nextCursor` of the page before. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
