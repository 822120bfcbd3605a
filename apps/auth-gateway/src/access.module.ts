import { Global, Module } from '@nestjs/common';
import { CALLER_RESOLVER, SETTINGS } from '@gatehouse/service-host';
import { Access } from './access/access.service.js';
import { AccountsConsumer } from './access/accounts.consumer.js';
import { Authorize } from './access/authorize.js';
import { AccessChanges } from './access/changes.service.js';
import { DirectoriesConsumer } from './access/directories.consumer.js';
import { HeartbeatsConsumer } from './access/heartbeats.consumer.js';
import { Invalidations } from './access/invalidations.js';
import { Staleness } from './access/staleness.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { BrowserCookies } from './browser/cookies.js';
import { ConnectionsConsumer } from './connections/connections.consumer.js';
import { GatewayCallerResolver } from './edge/caller.resolver.js';
import { Callers } from './edge/caller.service.js';
import { Proxy } from './edge/proxy.service.js';
import { RawRoutes } from './edge/raw-routes.js';
import { SetupSessions } from './edge/setup-sessions.service.js';
import { Upstreams } from './edge/upstreams.js';
import { JwksController } from './keys/jwks.controller.js';
import { ServiceTokens } from './keys/service-tokens.js';
import { SigningKeys } from './keys/signing-keys.js';
import { Credentials } from './local/credentials.service.js';
import { InvitationsConsumer } from './local/invitations.consumer.js';
import { Invitations } from './local/invitations.service.js';
import { LocalController } from './local/local.controller.js';
import { Lockouts } from './local/lockouts.service.js';
import { Mailer } from './local/mailer.js';
import { RateLimits } from './local/rate-limits.service.js';
import { PasswordResets } from './local/resets.service.js';
import { Maintenance } from './sessions/maintenance.service.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { Sessions } from './sessions/sessions.service.js';
import type { GatewaySettings } from './settings.js';

const fromSettings = <T>(provide: new (...args: never[]) => T, make: (settings: GatewaySettings) => T) => ({
  provide,
  inject: [SETTINGS],
  useFactory: make,
});

/** Who somebody is, and whether they may enter: what sign-in needs of it is exported. */
@Global()
@Module({
  controllers: [
    AccountsConsumer,
    ConnectionsConsumer,
    DirectoriesConsumer,
    HeartbeatsConsumer,
    InvitationsConsumer,
    ApiKeysController,
    JwksController,
    LocalController,
    SessionsController,
  ],
  providers: [
    fromSettings(BrowserCookies, (settings) => new BrowserCookies(settings.PUBLIC_URL)),
    fromSettings(SigningKeys, (settings) => new SigningKeys(settings.SIGNING_KEYS)),
    { provide: CALLER_RESOLVER, useExisting: GatewayCallerResolver },
    GatewayCallerResolver,
    Invalidations,
    Staleness,
    Access,
    AccessChanges,
    Authorize,
    Sessions,
    Credentials,
    Invitations,
    PasswordResets,
    RateLimits,
    Lockouts,
    Mailer,
    Maintenance,
    ServiceTokens,
    Upstreams,
    SetupSessions,
    Callers,
    Proxy,
    RawRoutes,
  ],
  exports: [
    BrowserCookies,
    CALLER_RESOLVER,
    Access,
    AccessChanges,
    Sessions,
    RateLimits,
    Invalidations,
    SigningKeys,
  ],
})
export class AccessModule {}
