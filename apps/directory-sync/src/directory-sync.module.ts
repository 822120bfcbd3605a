import { Module } from '@nestjs/common';
import { AccountsEvents } from './accounts/accounts.events.js';
import { Suspension } from './accounts/suspension.js';
import { DirectoriesController } from './directories/directories.controller.js';
import { DirectoriesService } from './directories/directories.service.js';
import { DirectoryContexts } from './directories/directory-contexts.js';
import { TokensService } from './directories/tokens.service.js';
import { ScimAuthentication } from './scim/authentication.js';
import { ScimRoutes } from './scim/scim.routes.js';
import { UsersService } from './users/users.service.js';

@Module({
  controllers: [DirectoriesController, AccountsEvents],
  providers: [
    DirectoriesService,
    TokensService,
    DirectoryContexts,
    ScimAuthentication,
    ScimRoutes,
    UsersService,
    Suspension,
  ],
})
export class DirectorySyncModule {}
