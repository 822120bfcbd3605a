import type { Type } from '@nestjs/common';
import type { ServiceName } from '@gatehouse/contracts';
import type { DatabaseOptions } from '@gatehouse/database';
import type { z } from 'zod';

/** What makes a service: its name, its data, its settings, its root module. Both production and tests start it from here. */
export interface ServiceDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly name: ServiceName;
  readonly schema: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly settings: S;
  readonly entities: DatabaseOptions['entities'];
  readonly migrations: DatabaseOptions['migrations'];
  readonly module: Type;
  /** The gateway establishes callers itself; every other service reads the gateway's JWT. */
  readonly resolvesCallers?: boolean;
}

export function defineService<S extends z.ZodObject>(definition: ServiceDefinition<S>): ServiceDefinition<S> {
  return Object.freeze(definition);
}
