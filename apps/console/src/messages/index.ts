import { en } from './en';

/** Every word that the console shows. Another language is another object of type `Messages`. */
export type Messages = typeof en;

export const messages: Messages = en;
