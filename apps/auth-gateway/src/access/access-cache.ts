import type { InvalidationKey } from './invalidation-keys.js';

/** What is cached of one credential, by its digest. */
export interface CachedEntry<Grant> {
  /** Every change that concerns the credential itself: its session or key, and its person. */
  readonly keys: readonly InvalidationKey[];
  /** Monotonic milliseconds (`performance.now()`) after which it must be read again. */
  readonly expiresAt: number;
  /** By account, as callers name it: id or slug. */
  readonly grants: Map<string, CachedGrant<Grant>>;
}

export interface CachedGrant<Grant> {
  readonly key: InvalidationKey;
  readonly grant: Grant;
}

/** Taken before a read begins; a result is stored only if nothing that it rests on was invalidated since. */
export type Fence = number;

const MAX_ENTRIES = 100_000;
const MAX_REMEMBERED = 20_000;

/**
 * Decisions in memory, in front of Postgres. An invalidation that arrives while a fill reads the database would be
 * lost if the fill were stored afterwards: so each invalidation is numbered, and a fill that began earlier is dropped.
 */
export class AccessCache<Entry extends CachedEntry<Grant>, Grant> {
  private readonly entries = new Map<string, Entry>();
  private readonly byKey = new Map<InvalidationKey, Set<string>>();
  private readonly invalidatedAt = new Map<InvalidationKey, number>();
  private sequence = 0;
  /** Fences older than this are refused whole: what happened before was forgotten or missed. */
  private floor = 0;

  get size(): number {
    return this.entries.size;
  }

  get(digest: string, now: number): Entry | undefined {
    const entry = this.entries.get(digest);
    return entry !== undefined && entry.expiresAt > now ? entry : undefined;
  }

  fence(): Fence {
    return this.sequence;
  }

  store(digest: string, entry: Entry, fence: Fence): boolean {
    if (!this.isCurrent(entry.keys, fence)) return false;
    if (this.entries.size >= MAX_ENTRIES) this.evictOldest();
    this.remove(digest);
    this.entries.set(digest, entry);
    for (const key of entry.keys) this.index(key, digest);
    for (const { key } of entry.grants.values()) this.index(key, digest);
    return true;
  }

  /** Adds a decision to an entry, unless the entry is no longer the stored one or the account changed meanwhile. */
  storeGrant(
    digest: string,
    entry: Entry,
    account: string,
    grant: CachedGrant<Grant>,
    fence: Fence,
  ): boolean {
    if (this.entries.get(digest) !== entry || !this.isCurrent([grant.key, ...entry.keys], fence))
      return false;
    entry.grants.set(account, grant);
    this.index(grant.key, digest);
    return true;
  }

  invalidate(keys: Iterable<InvalidationKey>): void {
    for (const key of keys) {
      this.sequence += 1;
      this.invalidatedAt.set(key, this.sequence);
      for (const digest of this.byKey.get(key) ?? []) this.remove(digest);
      this.byKey.delete(key);
    }
    if (this.invalidatedAt.size > MAX_REMEMBERED) {
      this.invalidatedAt.clear();
      this.floor = this.sequence;
    }
  }

  /** After invalidations may have been missed. */
  clear(): void {
    this.sequence += 1;
    this.floor = this.sequence;
    this.entries.clear();
    this.byKey.clear();
    this.invalidatedAt.clear();
  }

  private isCurrent(keys: readonly InvalidationKey[], fence: Fence): boolean {
    return fence >= this.floor && keys.every((key) => (this.invalidatedAt.get(key) ?? 0) <= fence);
  }

  private index(key: InvalidationKey, digest: string): void {
    const known = this.byKey.get(key);
    if (known) known.add(digest);
    else this.byKey.set(key, new Set([digest]));
  }

  private remove(digest: string): void {
    const entry = this.entries.get(digest);
    if (!entry) return;
    this.entries.delete(digest);
    for (const key of entry.keys) this.unindex(key, digest);
    for (const { key } of entry.grants.values()) this.unindex(key, digest);
  }

  private unindex(key: InvalidationKey, digest: string): void {
    const known = this.byKey.get(key);
    if (known?.delete(digest) === true && known.size === 0) this.byKey.delete(key);
  }

  private evictOldest(): void {
    for (const digest of this.entries.keys()) {
      this.remove(digest);
      return;
    }
  }
}
