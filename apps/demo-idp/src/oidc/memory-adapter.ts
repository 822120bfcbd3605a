import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { OidcClient } from './clients.js';

interface Entry {
  payload: AdapterPayload;
  expiresAt: number;
}

/** Registered clients come from the demo's state; codes, grants and sessions live as long as the process. */
export function adapterFactory(clients: () => readonly OidcClient[]): (model: string) => Adapter {
  const entries = new Map<string, Entry>();
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const live = (key: string) => {
      const entry = entries.get(key);
      if (entry && entry.expiresAt <= Date.now()) entries.delete(key);
      return entries.get(key)?.payload;
    };
    const search = (matches: (payload: AdapterPayload) => boolean) => {
      for (const key of entries.keys()) {
        const payload = key.startsWith(`${model}:`) ? live(key) : undefined;
        if (payload && matches(payload)) return payload;
      }
      return undefined;
    };
    return {
      async upsert(id, payload, expiresIn) {
        entries.set(keyOf(id), { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1_000 : Infinity });
      },
      find: async (id) => (model === 'Client' ? registration(clients(), id) : live(keyOf(id))),
      findByUid: async (uid) => search((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => search((payload) => payload.userCode === userCode),
      async consume(id) {
        const payload = live(keyOf(id));
        if (payload) payload.consumed = Math.floor(Date.now() / 1_000);
      },
      async destroy(id) {
        entries.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
      },
    };
  };
}

function registration(clients: readonly OidcClient[], id: string): AdapterPayload | undefined {
  const client = clients.find(({ clientId }) => clientId === id);
  return (
    client && {
      client_id: client.clientId,
      client_secret: client.clientSecret,
      redirect_uris: [client.redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }
  );
}
