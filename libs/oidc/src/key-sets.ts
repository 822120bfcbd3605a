import type { SafeFetch } from '@gatehouse/safe-fetch';
import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';
import { refuse } from './refusal.js';

interface Entry {
  set: ReturnType<typeof createLocalJWKSet> | undefined;
  fetchedAt: number;
  loading: Promise<void> | undefined;
}

const FRESH_MS = 10 * 60_000;
/** Tokens with made-up key ids must not make us ask the provider each time. */
const COOLDOWN_MS = 30_000;
const MAX_SETS = 2_000;

/** Signing keys of identity providers, by the address of their JWK Set (RFC 7517 §5), fetched through safe-fetch. */
export class KeySets {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly fetch: SafeFetch,
    private readonly now: () => number = Date.now,
  ) {}

  /** The key of a token's header; one refetch where the set does not have it. @throws OidcRefusal */
  async find(jwksUri: string, header: JWTHeaderParameters): Promise<CryptoKey> {
    const entry = this.entryOf(jwksUri);
    if (entry.set === undefined || this.now() - entry.fetchedAt > FRESH_MS) await this.load(jwksUri, entry);
    try {
      return await pick(entry, header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw asRefusal(error);
    }
    if (this.now() - entry.fetchedAt >= COOLDOWN_MS) {
      await this.load(jwksUri, entry);
      return pick(entry, header).catch((error: unknown) => {
        throw asRefusal(error);
      });
    }
    return unknownKey(header);
  }

  private entryOf(jwksUri: string): Entry {
    const known = this.entries.get(jwksUri);
    if (known) return known;
    if (this.entries.size >= MAX_SETS) this.entries.clear();
    const entry: Entry = { set: undefined, fetchedAt: -Infinity, loading: undefined };
    this.entries.set(jwksUri, entry);
    return entry;
  }

  /** At once for all who wait; keys that were there stay where the provider does not answer. */
  private load(jwksUri: string, entry: Entry): Promise<void> {
    entry.loading ??= this.fetchSet(jwksUri, entry).finally(() => (entry.loading = undefined));
    return entry.loading;
  }

  private async fetchSet(jwksUri: string, entry: Entry): Promise<void> {
    try {
      const answer = await this.fetch(jwksUri, {
        accept: 'application/json',
        maxBytes: 262_144,
        timeoutMs: 5_000,
      });
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
      entry.set = createLocalJWKSet(answer.json() as JSONWebKeySet);
      entry.fetchedAt = this.now();
    } catch {
      if (entry.set !== undefined) return;
      refuse('keys_unavailable', {
        expected: 'a JSON Web Key Set',
        hint: 'The keys of the identity provider could not be fetched. Try again; if it persists, check its jwks_uri.',
      });
    }
  }
}

async function pick(entry: Entry, header: JWTHeaderParameters): Promise<CryptoKey> {
  if (entry.set === undefined) throw new errors.JWKSNoMatchingKey();
  return entry.set(header);
}

function asRefusal(error: unknown): unknown {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    try {
      return unknownKey({ alg: '' });
    } catch (refusal) {
      return refusal;
    }
  }
  return error;
}

function unknownKey({ kid }: Pick<JWTHeaderParameters, 'kid' | 'alg'>): never {
  return refuse('key_unknown', {
    received: kid ?? 'no key id',
    hint: 'The ID token names no key of the identity provider, or fits several. Let the provider publish its keys with ids.',
  });
}
