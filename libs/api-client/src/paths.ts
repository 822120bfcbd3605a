import type { paths as documented } from './generated/schema.js';
import type { signInPaths } from './sign-in-paths.js';

/** Every call of the API. What the OpenAPI document describes goes before what is written by hand. */
export type paths = documented & Omit<signInPaths, keyof documented>;

type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type ResponsesOf<P extends keyof documented, M extends keyof documented[P]> = documented[P][M] extends {
  responses: infer R;
}
  ? R
  : never;

/** What a call answers when it is done: `Answer<'/auth/session', 'get'>`. */
export type Answer<P extends keyof documented, M extends keyof documented[P]> = {
  [S in keyof ResponsesOf<P, M>]: S extends 200 | 201 ? JsonOf<ResponsesOf<P, M>[S]> : never;
}[keyof ResponsesOf<P, M>];

/** The JSON body of a call. */
export type Body<P extends keyof documented, M extends keyof documented[P]> = documented[P][M] extends {
  requestBody: { content: { 'application/json': infer T } };
}
  ? T
  : never;
