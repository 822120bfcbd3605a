import { directories } from './0001-directories.js';
import { wentLive } from './0002-went-live.js';

export const migrations = [directories, wentLive];
