import { gateway } from './0001-gateway.js';
import { connections } from './0002-connections.js';

export const migrations = [gateway, connections];
