import { StartError } from '../start-error.js';

type Json = Record<string, unknown>;

/** Calls a JSON API; throws with what it said where it refuses. */
export async function call<T = Json>(
  base: string,
  method: string,
  path: string,
  token: string | undefined,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(new URL(path, base), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new ApiRefusal(
      `${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`,
      response.status,
    );
  return (text === '' ? {} : JSON.parse(text)) as T;
}

export class ApiRefusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Tries until it succeeds: an event may still be on its way from one service to another. */
export async function untilDone<T>(what: string, attempt: () => Promise<T>, limitMs = 15_000): Promise<T> {
  const until = performance.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > until)
        throw new StartError(`The demo could not be set up (${what}): ${(error as Error).message}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
