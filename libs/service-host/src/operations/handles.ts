import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type FieldError, Problem } from '../problem.js';
import { AccessGuard } from './access.guard.js';
import type { Operation, OperationInput } from './operation.js';
import { callers, OPERATION, operations } from './request-state.js';
import { ResponseInterceptor } from './response.interceptor.js';

/** Makes a controller's method the handler of an operation: its route, status, access check and validation. */
export function Handles<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  target: Operation<P, Q, B>,
): MethodDecorator {
  return applyDecorators(
    RequestMapping({ path: target.path, method: RequestMethod[target.method] }),
    HttpCode(target.successStatus),
    SetMetadata(OPERATION, target),
    UseGuards(AccessGuard),
    UseInterceptors(ResponseInterceptor),
  );
}

/** The checked request, typed by `InputOf<typeof operation>`. */
export const Input = createParamDecorator(
  (_: unknown, context: ExecutionContext): OperationInput<unknown, unknown, unknown> => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const target = operations.get(request);
    const caller = callers.get(request);
    if (!target || !caller) throw new Error('@Input() needs @Handles() on the same method');
    return {
      caller,
      ...validated(target, request),
      request,
      reply: context.switchToHttp().getResponse<FastifyReply>(),
    };
  },
);

function validated(
  target: Operation,
  request: FastifyRequest,
): { params: unknown; query: unknown; body: unknown } {
  const errors: FieldError[] = [];
  const params = check(target.params, request.params, '/params', errors);
  // A path parameter that is no id of that kind names nothing: 404, as any other unknown object.
  if (errors.length > 0) throw new Problem('not_found', 'There is nothing at this address.');
  if (target.body && !isLeftOut(target.body, request)) checkMediaType(request);
  const query = check(target.query, request.query ?? {}, '/query', errors);
  const body = check(target.body, request.body, '', errors);
  if (errors.length > 0) {
    throw new Problem(
      'invalid_request',
      `Check ${errors.length === 1 ? 'this member' : 'these members'} of the request: ${errors.map((e) => e.pointer || 'body').join(', ')}.`,
      { errors },
    );
  }
  return { params, query, body };
}

/** A body that may be left out, and was. */
function isLeftOut(schema: z.ZodType, { body }: FastifyRequest): boolean {
  return body === undefined && schema.safeParse(undefined).success;
}

/** Forms are not taken for JSON: a page of another origin may send them without being asked (Fetch, "simple" requests). */
function checkMediaType(request: FastifyRequest): void {
  if (/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return;
  throw new Problem('unsupported_media_type', 'Send the body as application/json.');
}

function check(schema: z.ZodType | undefined, value: unknown, base: string, errors: FieldError[]): unknown {
  if (!schema) return {};
  const result = schema.safeParse(value);
  if (result.success) {
    refuseUnstorable(result.data, base, errors);
    return result.data;
  }
  for (const issue of result.error.issues) {
    const at = issue.path.map(pointerPart).join('');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        errors.push({ pointer: `${base}${at}${pointerPart(key)}`, detail: 'is not a known member' });
    } else errors.push({ pointer: `${base}${at}`, detail: issue.message });
  }
  return undefined;
}

/** NUL and halves of surrogate pairs (RFC 8259 §8.2) are JSON, but PostgreSQL's text and jsonb cannot hold them. */
function refuseUnstorable(value: unknown, pointer: string, errors: FieldError[]): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || /\p{Cs}/u.test(value))
      errors.push({ pointer, detail: 'holds a character that cannot be stored' });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value))
      refuseUnstorable(member, `${pointer}${pointerPart(key)}`, errors);
  }
}

/** RFC 6901 §3. */
function pointerPart(part: PropertyKey): string {
  return `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
