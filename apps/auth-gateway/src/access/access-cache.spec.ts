import { describe, expect, it } from 'vitest';
import { AccessCache, type CachedEntry } from './access-cache.js';
import { accountKey, sessionKey, userKey } from './invalidation-keys.js';

type Entry = CachedEntry<string>;

function entryOf(session: string, user: string, expiresAt = 100): Entry {
  return { keys: [sessionKey(session), userKey(user)], expiresAt, grants: new Map() };
}

function filled(): { cache: AccessCache<Entry, string>; entry: Entry } {
  const cache = new AccessCache<Entry, string>();
  const entry = entryOf('s1', 'u1');
  cache.store('d1', entry, cache.fence());
  cache.storeGrant('d1', entry, 'acme', { key: accountKey('a1'), grant: 'allowed' }, cache.fence());
  return { cache, entry };
}

describe('AccessCache', () => {
  it('answers until the entry expires', () => {
    const { cache } = filled();
    expect(cache.get('d1', 99)?.grants.get('acme')?.grant).toBe('allowed');
    expect(cache.get('d1', 100)).toBeUndefined();
  });

  it.each([
    ['the session', sessionKey('s1')],
    ['the person', userKey('u1')],
    ['the account', accountKey('a1')],
  ])('forgets an entry when %s changes', (_, key) => {
    const { cache } = filled();
    cache.invalidate([key]);
    expect(cache.get('d1', 0)).toBeUndefined();
  });

  it('keeps entries that a change does not concern', () => {
    const { cache } = filled();
    cache.invalidate([sessionKey('s2'), userKey('u2'), accountKey('a2')]);
    expect(cache.get('d1', 0)).toBeDefined();
  });

  it('drops a fill that began before the invalidation of what it read', () => {
    const cache = new AccessCache<Entry, string>();
    const fence = cache.fence();
    cache.invalidate([userKey('u1')]);
    expect(cache.store('d1', entryOf('s1', 'u1'), fence)).toBe(false);
    expect(cache.store('d1', entryOf('s1', 'u1'), cache.fence())).toBe(true);
  });

  it('drops a decision that began before the account changed, also under an entry that is still right', () => {
    const { cache, entry } = filled();
    const fence = cache.fence();
    cache.invalidate([accountKey('a2')]);
    expect(cache.storeGrant('d1', entry, 'b', { key: accountKey('a2'), grant: 'stale' }, fence)).toBe(false);
    expect(cache.storeGrant('d1', entry, 'b', { key: accountKey('a2'), grant: 'new' }, cache.fence())).toBe(
      true,
    );
  });

  it('drops a decision for an entry that was replaced meanwhile', () => {
    const { cache, entry } = filled();
    const fence = cache.fence();
    cache.store('d1', entryOf('s1', 'u1'), fence);
    expect(cache.storeGrant('d1', entry, 'acme', { key: accountKey('a1'), grant: 'stale' }, fence)).toBe(
      false,
    );
  });

  it('drops every fill that began before a clear: invalidations may have been missed', () => {
    const { cache } = filled();
    const fence = cache.fence();
    cache.clear();
    expect(cache.size).toBe(0);
    expect(cache.store('d1', entryOf('s1', 'u1'), fence)).toBe(false);
  });

  it('still drops old fills after it has forgotten which keys were invalidated', () => {
    const cache = new AccessCache<Entry, string>();
    const fence = cache.fence();
    cache.invalidate(Array.from({ length: 20_001 }, (_, n) => userKey(`other${n}`)));
    expect(cache.store('d1', entryOf('s1', 'u1'), fence)).toBe(false);
    expect(cache.store('d1', entryOf('s1', 'u1'), cache.fence())).toBe(true);
  });
});
