/** What a change touched, as it travels by NOTIFY and indexes the cache. */
export type InvalidationKey = `u:${string}` | `a:${string}` | `s:${string}` | `k:${string}`;

export const userKey = (userId: string): InvalidationKey => `u:${userId}`;
export const accountKey = (accountId: string): InvalidationKey => `a:${accountId}`;
export const sessionKey = (sessionId: string): InvalidationKey => `s:${sessionId}`;
export const apiKeyKey = (keyId: string): InvalidationKey => `k:${keyId}`;
