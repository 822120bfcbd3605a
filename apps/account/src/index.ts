import { defineService, type ServiceDefinition } from '@gatehouse/service-host';
import { z } from 'zod';
import { AccountModule } from './account.module.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';
import './republish.js';

/** Accounts, plans, people, members, roles, SSO policy, invitations and the audit log. */
export const service: ServiceDefinition = defineService({
  name: 'account',
  schema: 'account',
  port: 8084,
  metricsPort: 9467,
  settings: z.object({}),
  entities,
  migrations,
  module: AccountModule,
});
