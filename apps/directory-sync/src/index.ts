import { defineService, type ServiceDefinition } from '@gatehouse/service-host';
import { DirectorySyncModule } from './directory-sync.module.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';
import './republish.js';
import { directorySettings } from './settings.js';

/** SCIM directories of accounts, their tokens, and the users that identity providers push. */
export const service: ServiceDefinition = defineService({
  name: 'directory-sync',
  schema: 'directory_sync',
  port: 8083,
  metricsPort: 9466,
  settings: directorySettings,
  entities,
  migrations,
  module: DirectorySyncModule,
});
