import { createApiClient } from '@gatehouse/api-client';
import { ApiProblem, networkProblem, problemFrom } from './problem';

type Area = 'account' | 'setup';

/** One browser may hold a member's session and a set-up session: each area of the console sends its own token. */
const csrfTokens: Partial<Record<Area, string>> = {};

function area(): Area {
  return window.location.pathname.startsWith('/setup') ? 'setup' : 'account';
}

export function rememberCsrf(of: Area, token: string): void {
  csrfTokens[of] = token;
}

export const api = createApiClient({ baseUrl: window.location.origin, csrf: () => csrfTokens[area()] });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer. Throws ApiProblem when it is a refusal or does not come. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await settled(call);
  if (!response.ok) throw problemFrom(response.status, error);
  return data as T;
}

async function settled<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiProblem) throw error;
    // fetch rejects with TypeError when there is no answer; a body that is no JSON is a SyntaxError.
    throw error instanceof SyntaxError ? problemFrom(502, undefined) : networkProblem();
  }
}
