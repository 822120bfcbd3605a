import { directories } from './0001-directories.js';

export const migrations = [directories];
