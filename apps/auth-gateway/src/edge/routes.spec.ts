import { describe, expect, it } from 'vitest';
import { routeOf } from './routes.js';

describe('routeOf', () => {
  it.each([
    ['/api/v1/accounts', 'account', undefined],
    ['/api/v1/accounts/acct_1', 'account', 'acct_1'],
    ['/api/v1/accounts/acct_1/members/mem_1', 'account', 'acct_1'],
    ['/api/v1/accounts/acct_1/sso/policy', 'account', 'acct_1'],
    ['/api/v1/accounts/acct_1/audit', 'account', 'acct_1'],
    ['/api/v1/accounts/acct_1/recovery-links', 'account', 'acct_1'],
    ['/api/v1/accounts/acct_1/domains', 'sso-config', 'acct_1'],
    ['/api/v1/accounts/acct_1/connections/conn_1/saml', 'sso-config', 'acct_1'],
    ['/api/v1/accounts/acct_1/setup-links/link_1', 'sso-config', 'acct_1'],
    ['/api/v1/accounts/acct_1/directories/dir_1/tokens', 'directory-sync', 'acct_1'],
  ])('%s goes to %s', (path, upstream, accountId) => {
    expect(routeOf(path)).toEqual({ upstream, accountId, setup: false });
  });

  it('knows what is about a set-up session, and what starts one', () => {
    const route = { upstream: 'sso-config', accountId: undefined, setup: true };
    expect(routeOf('/api/v1/setup')).toEqual(route);
    expect(routeOf('/api/v1/setup/progress')).toEqual(route);
    expect(routeOf('/api/v1/setup/exchange')).toEqual({ ...route, anonymous: true });
  });

  it.each([
    '/api/v1/',
    '/api/v1/internal/setup-sessions/resolve',
    '/api/v1/../internal/setup-sessions/resolve',
    '/api/v1/accounts/../../internal',
    '/api/v1/accounts/acct_1/%2e%2e/acct_2',
    '/api/v1/accounts/acct_1%2Fdomains',
    '/api/v1//accounts/acct_1',
    '/api/v1/accounts/acct_1/',
    '/api/v1/accounts/acct_1\\domains',
  ])('%s goes nowhere', (path) => {
    expect(routeOf(path)).toBeUndefined();
  });
});
