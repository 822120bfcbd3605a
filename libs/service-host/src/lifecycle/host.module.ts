import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { Database } from '@gatehouse/database';
import { Outbox } from '@gatehouse/eventing';
import { Logger } from '../observability/logger.js';
import { Metrics } from '../observability/metrics.js';
import { CALLER_RESOLVER } from '../operations/access.guard.js';
import { ServiceTokenResolver } from '../operations/service-token.resolver.js';
import type { ServiceDefinition } from './definition.js';
import type { CommonSettings } from './settings.js';

/** The settings of the service, as its schema and the common one parsed them. */
export const SETTINGS = Symbol('gatehouse:settings');

export interface HostParts {
  settings: CommonSettings;
  database: Database;
  outbox: Outbox;
  logger: Logger;
  metrics: Metrics;
}

/** Gives every module of a service what its host opened for it. */
@Global()
@Module({})
export class HostModule {
  static for(definition: ServiceDefinition, parts: HostParts): DynamicModule {
    const providers: Provider[] = [
      { provide: SETTINGS, useValue: parts.settings },
      { provide: Database, useValue: parts.database },
      { provide: Outbox, useValue: parts.outbox },
      { provide: Logger, useValue: parts.logger },
      { provide: Metrics, useValue: parts.metrics },
    ];
    if (!definition.resolvesCallers) {
      const { PUBLIC_URL, GATEWAY_JWKS_URL } = parts.settings;
      providers.push({
        provide: CALLER_RESOLVER,
        useValue: new ServiceTokenResolver(definition.name, PUBLIC_URL, new URL(GATEWAY_JWKS_URL)),
      });
    }
    return {
      module: HostModule,
      imports: [definition.module],
      providers,
      exports: providers.map((provider) => (provider as { provide: symbol }).provide),
    };
  }
}
