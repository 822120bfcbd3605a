import type { ApiProblem } from '../api/problem';

interface LookUp {
  /** The name whose TXT records were asked for. */
  name: string;
  found: string[];
}

function textsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((one): one is string => typeof one === 'string');
}

/** What was looked up and found, as a `domain_not_verified` problem tells it. */
export function lookUpOf({ extensions }: Pick<ApiProblem, 'extensions'>, fallbackName: string): LookUp {
  const { lookedUp, found } = extensions;
  return { name: typeof lookedUp === 'string' ? lookedUp : fallbackName, found: textsOf(found) ?? [] };
}
