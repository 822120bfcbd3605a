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
    serviceProvider: null,
    relyingParty: null,
    saml: null,
    oidc: null,
    configVersion: 1,
    testedVersion: null,
    liveVersion: null,
    createdAt: '2026-11-24T12:00:00Z',
    activatedAt: null,
    ...change,
  };
}

const saml: ConnectionView['saml'] = {
  entityId: 'urn:idp',
  ssoUrl: 'https://idp.test/sso',
  ssoBinding: 'redirect',
  sloUrl: null,
  certificates: [],
  wantResponseSigned: true,
  attributeMapping: {},
  allowUnsolicited: false,
  metadataUrl: null,
};
const tested = { saml, status: 'tested', testedVersion: 1 } as const;
const active = { saml, status: 'active', testedVersion: 1, liveVersion: 1 } as const;

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
    ['activate', setup(['sso'], connection(tested))],
    ['test', setup(['sso'], connection({ ...active, configVersion: 2 }))],
    ['activate', setup(['sso'], connection({ ...active, configVersion: 2, testedVersion: 2 }))],
    ['done', setup(['sso'], connection(active))],
    ['directory', setup(['sso', 'directory'], connection(active))],
    ['directory', setup(['directory'])],
  ])('resume at %s', (step, state) => {
    expect(furthestStep(state)).toBe(step);
  });

  it('continue the connection that is being prepared, beside one that is live', () => {
    const state = setup(['sso'], connection({ id: 'conn_2' }), connection(active));
    expect(currentConnection(state)?.id).toBe('conn_2');
  });

  it('cannot be skipped', () => {
    expect(isReachable('test', setup(['sso'], connection({})))).toBe(false);
    expect(isReachable('test', setup(['sso'], connection({ saml })))).toBe(true);
    expect(isReachable('metadata', setup(['sso'], connection({})))).toBe(true);
    expect(isReachable('directory', setup(['sso'], connection(active)))).toBe(false);
  });

  it('go past an activation that an admin makes', () => {
    const state = setup(['sso'], connection(tested));
    expect(isReachable('done', state)).toBe(false);
    expect(isReachable('done', { ...state, mayActivate: false })).toBe(true);
  });

  it('lead back and forth', () => {
    expect(stepAfter('activate', setup(['sso', 'directory']))).toBe('directory');
    expect(stepBefore('directory', setup(['directory']))).toBe('overview');
    expect(stepBefore('overview', setup(['sso']))).toBeUndefined();
  });
});
