import { accounts } from './0001-accounts.js';

export const migrations = [accounts];
