import type { ApiProblem } from '../api/problem';

interface LookUp {
  /** The name whose TXT records were asked for. */
  name: string;
  found: string[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What was looked up and found, as a `domain_not_verified` problem tells it. */
export function lookUpOf({ extensions }: Pick<ApiProblem, 'extensions'>, fallbackName: string): LookUp {
  const lookup = isRecord(extensions.lookup) ? extensions.lookup : {};
  const found = Array.isArray(lookup.found) ? lookup.found : [];
  return {
    name: typeof lookup.name === 'string' ? lookup.name : fallbackName,
    found: found.filter((one): one is string => typeof one === 'string'),
  };
}
