import type { ConnectionView, Purpose } from '@gatehouse/api-client';
import { describe, expect, it } from 'vitest';
import { currentConnection, furthestStep, isReachable, stepAfter, stepBefore, stepsOf } from './steps';

function connection(change: Partial<ConnectionView>): ConnectionView {
  return {
    id: 'conn_1',
    protocol: 'saml',
    provider: 'saml',
    name: 'Acme',
    status: 'draft',
    domains: [],
    ...change,
  };
}

const saml = { ssoUrl: 'https://idp.test/sso', certificates: [] };

function setup(purposes: Purpose[], ...connections: ConnectionView[]) {
  return { purposes, connections, mayActivate: true };
}

describe('steps of a set-up', () => {
  it('follow the purposes of the link', () => {
    expect(stepsOf(setup(['directory']))).toEqual(['overview', 'directory', 'done']);
    expect(stepsOf(setup(['sso'])).at(-2)).toBe('activate');
    expect(stepsOf(setup(['sso', 'directory'])).at(-2)).toBe('directory');
  });

  it.each([
    ['protocol', setup(['sso'])],
    ['values', setup(['sso'], connection({}))],
    ['test', setup(['sso'], connection({ saml }))],
    ['activate', setup(['sso'], connection({ saml, status: 'tested' }))],
    ['done', setup(['sso'], connection({ saml, status: 'active' }))],
    ['directory', setup(['sso', 'directory'], connection({ saml, status: 'active' }))],
    ['directory', setup(['directory'])],
  ])('resume at %s', (step, state) => {
    expect(furthestStep(state)).toBe(step);
  });

  it('continue the connection that is being prepared, beside one that is live', () => {
    const state = setup(['sso'], connection({ id: 'conn_2' }), connection({ status: 'active', saml }));
    expect(currentConnection(state)?.id).toBe('conn_2');
  });

  it('cannot be skipped', () => {
    expect(isReachable('test', setup(['sso'], connection({})))).toBe(false);
    expect(isReachable('test', setup(['sso'], connection({ saml })))).toBe(true);
    expect(isReachable('metadata', setup(['sso'], connection({})))).toBe(true);
    expect(isReachable('directory', setup(['sso'], connection({ saml, status: 'active' })))).toBe(false);
  });

  it('go past an activation that an admin makes', () => {
    const tested = setup(['sso'], connection({ saml, status: 'tested' }));
    expect(isReachable('done', tested)).toBe(false);
    expect(isReachable('done', { ...tested, mayActivate: false })).toBe(true);
  });

  it('lead back and forth', () => {
    expect(stepAfter('activate', setup(['sso', 'directory']))).toBe('directory');
    expect(stepBefore('directory', setup(['directory']))).toBe('overview');
    expect(stepBefore('overview', setup(['sso']))).toBeUndefined();
  });
});
