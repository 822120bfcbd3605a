import type { Directory } from './people/directory.js';
import { newClient, type OidcClient } from './oidc/clients.js';
import type { ServiceProvider } from './saml/service-provider.js';
import type { ScimTarget } from './scim/scim-client.js';
import type { StateFile } from './state/state-file.js';
import type { State, TxtRecord } from './state/state.js';

/** What the IT admin of the demo does besides people, for the page and for scripts alike. */
export class Control {
  constructor(
    private readonly file: StateFile<State>,
    readonly directory: Directory,
  ) {}

  get state(): State {
    return this.file.value;
  }

  async registerServiceProvider(serviceProvider: ServiceProvider): Promise<ServiceProvider> {
    const others = this.state.serviceProviders.filter(
      ({ entityId }) => entityId !== serviceProvider.entityId,
    );
    this.state.serviceProviders = [...others, serviceProvider];
    await this.file.save();
    return serviceProvider;
  }

  async registerOidcClient(redirectUri: string): Promise<OidcClient> {
    const client = newClient(redirectUri);
    this.state.oidcClients.push(client);
    await this.file.save();
    return client;
  }

  async setScimTarget(target: ScimTarget): Promise<void> {
    this.state.scim = target;
    // Ids of another directory mean nothing here.
    for (const person of this.state.people) delete person.scimId;
    await this.file.save();
  }

  async addRecord({ name, value }: TxtRecord): Promise<void> {
    const known = this.state.dns.some((record) => record.name === name && record.value === value);
    if (!known) this.state.dns.push({ name, value });
    await this.file.save();
  }

  /** Removes one value, or all of a name. */
  async removeRecords(name: string, value?: string): Promise<void> {
    this.state.dns = this.state.dns.filter(
      (record) => record.name !== name || (value !== undefined && record.value !== value),
    );
    await this.file.save();
  }
}
