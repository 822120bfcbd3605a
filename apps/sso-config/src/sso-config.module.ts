import { createAddressCheck, createSafeFetch } from '@gatehouse/safe-fetch';
import { SETTINGS } from '@gatehouse/service-host';
import { Module } from '@nestjs/common';
import { AccountsEvents } from './accounts/accounts.events.js';
import { ActivationService } from './connections/activation.service.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { ConnectionsService } from './connections/connections.service.js';
import { SuspensionService } from './connections/suspension.service.js';
import { TestResultsEvents } from './connections/test-results.events.js';
import { DomainReproofService } from './domains/domain-reproof.service.js';
import { DomainsController } from './domains/domains.controller.js';
import { DomainsService } from './domains/domains.service.js';
import { PROOF_CHECK } from './domains/proof-check.providers.js';
import { createProofCheck } from './domains/txt-proof.js';
import { Jobs } from './jobs.js';
import { OUTBOUND, type Outbound } from './outbound.js';
import type { SsoConfigSettings } from './settings.js';
import { SetupController } from './setup-links/setup.controller.js';
import { SetupLinksController } from './setup-links/setup-links.controller.js';
import { SetupLinksService } from './setup-links/setup-links.service.js';
import { SetupSessionsService } from './setup-links/setup-sessions.service.js';

@Module({
  controllers: [
    DomainsController,
    ConnectionsController,
    SetupLinksController,
    SetupController,
    AccountsEvents,
    TestResultsEvents,
  ],
  providers: [
    {
      provide: PROOF_CHECK,
      inject: [SETTINGS],
      useFactory: ({ DNS_SERVERS }: SsoConfigSettings) => createProofCheck(DNS_SERVERS),
    },
    {
      provide: OUTBOUND,
      inject: [SETTINGS],
      useFactory: ({ ALLOWED_PRIVATE_ORIGINS: allowedPrivateOrigins }: SsoConfigSettings): Outbound => ({
        fetch: createSafeFetch({ allowedPrivateOrigins }),
        check: createAddressCheck({ allowedPrivateOrigins }),
        allowedPrivateOrigins,
      }),
    },
    DomainsService,
    DomainReproofService,
    ConnectionsService,
    ActivationService,
    SuspensionService,
    SetupLinksService,
    SetupSessionsService,
    Jobs,
  ],
})
export class SsoConfigModule {}
