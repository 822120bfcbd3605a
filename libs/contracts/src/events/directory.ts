import { z } from 'zod';
import { defineEvents, defineTopic } from '../event.js';
import { idOf } from '../ids.js';
import { time, version } from './shared.js';

export const directoriesTopic = defineTopic({
  name: 'directory.directories.v1',
  partitions: 6,
  compacted: true,
  publisher: 'directory-sync',
  description: 'SCIM directories of accounts. Key: directory id.',
});

export const directoryState = z.object({
  id: idOf('dir'),
  version,
  accountId: idOf('acct'),
  name: z.string(),
  dialect: z.enum(['lenient', 'strict']),
  /** `live` once it has accepted its first user; `shadow` where another directory of the account is live. */
  status: z.enum(['pending', 'live', 'shadow', 'disabled', 'suspended', 'removed']),
});
export type DirectoryState = z.infer<typeof directoryState>;

export const { DirectoryCreated, DirectoryWentLive, DirectoryUpdated, DirectoryDisabled, DirectoryRemoved } =
  defineEvents(
    directoriesTopic,
    directoryState,
    (directory) => directory.id,
    ['DirectoryCreated', 'DirectoryWentLive', 'DirectoryUpdated', 'DirectoryDisabled', 'DirectoryRemoved'],
    {
      DirectoryCreated: 'A directory was made; it governs nobody yet.',
      DirectoryWentLive: 'It accepted its first user: from now on only the directory makes members.',
      DirectoryUpdated: 'Name, dialect or status changed.',
      DirectoryDisabled:
        'It takes no more requests; its members become locally managed and keep their access.',
      DirectoryRemoved: 'It is gone; its members become locally managed and keep their access.',
    },
  );

export const directoryUsersTopic = defineTopic({
  name: 'directory.users.v1',
  partitions: 12,
  compacted: true,
  publisher: 'directory-sync',
  description: "Users as the account's directory describes them. Key: directory user id.",
});

export const directoryUserState = z.object({
  id: idOf('duser'),
  version,
  directoryId: idOf('dir'),
  accountId: idOf('acct'),
  externalId: z.string().nullable(),
  userName: z.string(),
  /** The address that identifies the person, canonical; see "Identity address" in the product's rules. Empty when erased. */
  email: z.string(),
  displayName: z.string(),
  givenName: z.string().nullable(),
  familyName: z.string().nullable(),
  /** False once deactivated or removed: no access through this directory user. */
  active: z.boolean(),
  status: z.enum(['present', 'removed', 'erased']),
  /** Why access ended; null while active. */
  reason: z.enum(['deactivated', 'deleted', 'created_inactive']).nullable(),
  /** When the directory's request was received, for measuring how long a deprovision takes. */
  receivedAt: time,
});
export type DirectoryUserState = z.infer<typeof directoryUserState>;

export const { UserProvisioned, UserUpdated, UserDeprovisioned } = defineEvents(
  directoryUsersTopic,
  directoryUserState,
  (user) => user.id,
  ['UserProvisioned', 'UserUpdated', 'UserDeprovisioned'],
  {
    UserProvisioned: 'A user was assigned, or became active again: they become a Member.',
    UserUpdated: 'Attributes changed; access did not.',
    UserDeprovisioned: 'The user was unassigned, deactivated or deleted: they lose access at once.',
  },
);
