import { AccountProjection } from './accounts/account.entity.js';
import { DomainProjection } from './accounts/domain.entity.js';
import { DirectoryCounter } from './directories/directory-counter.entity.js';
import { DirectoryToken } from './directories/directory-token.entity.js';
import { Directory } from './directories/directory.entity.js';
import { RemovedUser } from './users/removed-user.entity.js';
import { ScimUserEmail } from './users/user-email.entity.js';
import { ScimUser } from './users/user.entity.js';

export const entities = [
  AccountProjection,
  DomainProjection,
  Directory,
  DirectoryToken,
  DirectoryCounter,
  ScimUser,
  ScimUserEmail,
  RemovedUser,
];
