import { Gateway1764000000001 } from './0001-gateway.js';

export const migrations = [Gateway1764000000001];
