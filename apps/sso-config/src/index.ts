import { connectionsTopic, domainsTopic } from '@gatehouse/contracts';
import { registerRepublisher } from '@gatehouse/eventing';
import { defineService } from '@gatehouse/service-host';
import { AccountEntity } from './accounts/account.entity.js';
import { ConnectionDomainEntity, ConnectionEntity } from './connections/connection.entity.js';
import { republishConnections } from './connections/connections.events.js';
import { DomainEntity, DomainNameEntity } from './domains/domain.entity.js';
import { republishDomains } from './domains/domains.events.js';
import { migrations } from './migrations/index.js';
import { ssoConfigSettings } from './settings.js';
import { SetupLinkEntity, SetupSessionEntity } from './setup-links/setup-link.entity.js';
import { SsoConfigModule } from './sso-config.module.js';

registerRepublisher(domainsTopic, republishDomains);
registerRepublisher(connectionsTopic, republishConnections);

/** Domains, connections and setup links of accounts. */
export const service = defineService({
  name: 'sso-config',
  schema: 'sso_config',
  port: 8082,
  metricsPort: 9465,
  settings: ssoConfigSettings,
  entities: [
    AccountEntity,
    DomainEntity,
    DomainNameEntity,
    ConnectionEntity,
    ConnectionDomainEntity,
    SetupLinkEntity,
    SetupSessionEntity,
  ],
  migrations,
  module: SsoConfigModule,
});
