import { gateway } from './0001-gateway.js';

export const migrations = [gateway];
