import Provider, { type Configuration } from 'oidc-provider';
import { escapeMarkup } from '../pages/html.js';
import { fullName, type Person } from '../people/person.js';
import type { State } from '../state/state.js';
import { adapterFactory } from './memory-adapter.js';

export const OIDC_PATH = '/oidc';
export const INTERACTION_PATH = '/oidc-sign-in';

/** panva's oidc-provider, certified elsewhere, over the demo's people: code flow with PKCE, and consent given by the company. */
export function oidcProvider(publicUrl: string, state: State): Provider {
  const configuration: Configuration = {
    adapter: adapterFactory(() => state.oidcClients),
    jwks: { keys: [state.keys.oidc.jwk] },
    cookies: { keys: [state.keys.oidc.cookieKey] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name'],
    },
    // Claims go into the ID token as well, as the large providers do.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_context, interaction) => `${INTERACTION_PATH}/${interaction.uid}` },
    pkce: { required: () => true },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    ttl: {
      AccessToken: 3_600,
      AuthorizationCode: 60,
      Grant: 3_600,
      IdToken: 3_600,
      Interaction: 3_600,
      Session: 8 * 3_600,
    },
    findAccount: (_context, sub) => {
      const person = state.people.find(({ id }) => id === sub);
      return person && { accountId: person.id, claims: () => ({ sub: person.id, ...claimsOf(person) }) };
    },
    loadExistingGrant: grantAll,
    renderError: (context, out) => {
      context.type = 'html';
      const detail = escapeMarkup(out.error_description ?? '');
      context.body = `<!doctype html><title>Sign-in failed</title><h1>Sign-in failed</h1><p>${escapeMarkup(out.error)}: ${detail}</p>`;
    },
  };
  return new Provider(publicUrl + OIDC_PATH, configuration);
}

function claimsOf(person: Person): Record<string, unknown> {
  return {
    ...{ email: person.email, email_verified: true, name: fullName(person) },
    ...{ given_name: person.firstName, family_name: person.lastName },
  };
}

/** The company agreed for its people when it added the application: nobody is asked for consent. */
const grantAll: Configuration['loadExistingGrant'] = async (context) => {
  const { oidc } = context;
  if (!oidc.session?.accountId || !oidc.client) return undefined;
  const grant = new oidc.provider.Grant({
    accountId: oidc.session.accountId,
    clientId: oidc.client.clientId,
  });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
};
