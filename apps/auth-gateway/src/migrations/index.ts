import { gateway } from './0001-gateway.js';
import { connections } from './0002-connections.js';
import { signIn } from './0003-sign-in.js';

export const migrations = [gateway, connections, signIn];
