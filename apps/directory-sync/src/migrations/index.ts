import { directories } from './0001-directories.js';
import { wentLive } from './0002-went-live.js';
import { removedUsers } from './0003-removed-users.js';

export const migrations = [directories, wentLive, removedUsers];
