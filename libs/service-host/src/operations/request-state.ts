import type { Caller } from '@gatehouse/contracts';
import type { FastifyRequest } from 'fastify';
import type { Operation } from './operation.js';

/** Metadata key of a handler's operation. */
export const OPERATION = Symbol('gatehouse:operation');

/** What the guard established of a request, for `@Input()` and the response. */
export const callers = new WeakMap<FastifyRequest, Caller>();
export const operations = new WeakMap<FastifyRequest, Operation>();
