import { EventEmitter } from 'node:events';

const appended = new EventEmitter().setMaxListeners(0);

/** Consumers in this process hear of appends to the same bus at once. Returns the way to stop listening. */
export function onAppend(url: string, listener: () => void): () => void {
  appended.on(url, listener);
  return () => appended.off(url, listener);
}

export function announceAppend(url: string): void {
  appended.emit(url);
}
