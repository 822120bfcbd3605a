import { accounts } from './0001-accounts.js';
import { directoryUserAddress } from './0002-directory-user-address.js';

export const migrations = [accounts, directoryUserAddress];
