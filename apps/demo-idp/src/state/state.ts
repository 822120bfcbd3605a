import type { OidcClient } from '../oidc/clients.js';
import type { Person } from '../people/person.js';
import type { ScimTarget } from '../scim/scim-client.js';
import type { ServiceProvider } from '../saml/service-provider.js';
import type { ProviderKeys } from './keys.js';

export interface TxtRecord {
  name: string;
  value: string;
}

/** All that the demo identity provider remembers. */
export interface State {
  keys: ProviderKeys;
  people: Person[];
  serviceProviders: ServiceProvider[];
  oidcClients: OidcClient[];
  scim?: ScimTarget;
  dns: TxtRecord[];
}
