import type { paths } from './generated/schema.js';

export type { paths };

type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type ResponsesOf<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends { responses: infer R }
  ? R
  : never;

/** What a call answers when it is done: `Answer<'/auth/session', 'get'>`. */
export type Answer<P extends keyof paths, M extends keyof paths[P]> = {
  [S in keyof ResponsesOf<P, M>]: S extends 200 | 201 ? JsonOf<ResponsesOf<P, M>[S]> : never;
}[keyof ResponsesOf<P, M>];

/** The JSON body of a call. */
export type Body<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  requestBody: { content: { 'application/json': infer T } };
}
  ? T
  : never;
