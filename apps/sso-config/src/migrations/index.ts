import { initial } from './0001-initial.js';

export const migrations = [initial];
