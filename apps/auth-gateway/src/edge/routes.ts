import type { Upstream } from './upstreams.js';

export interface Route {
  upstream: Upstream;
  accountId: string | undefined;
  /** The path is about a set-up session, whose cookie goes along. */
  setup: boolean;
  /** Nobody is asked who they are: the link's token in the body is the credential. */
  anonymous?: boolean;
}

/** Which service owns what comes after `/api/v1/accounts/{a}/`; what is not named here is the account service's. */
const owners: Record<string, Upstream> = {
  domains: 'sso-config',
  connections: 'sso-config',
  'setup-links': 'sso-config',
  directories: 'directory-sync',
};

/** Ids and fixed words need no escapes: a path with any is not ours, and no service may read it differently than we do. */
const PLAIN = /^\/api\/v1(?:\/[A-Za-z0-9_-]+)+$/;

/** Where a path under `/api/v1` goes; undefined where there is nothing. */
export function routeOf(path: string): Route | undefined {
  if (!PLAIN.test(path)) return undefined;
  const [, , , first, accountId, resource] = path.split('/');
  if (first === 'setup') {
    const route = { upstream: 'sso-config', accountId: undefined, setup: true } as const;
    return path === '/api/v1/setup/exchange' ? { ...route, anonymous: true } : route;
  }
  if (first !== 'accounts') return undefined;
  return { upstream: owners[resource ?? ''] ?? 'account', accountId, setup: false };
}
