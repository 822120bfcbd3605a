/** Thrown by a statement that found the directory changed since its context was cached: authenticate again, then retry. */
export class StaleContext extends Error {
  constructor() {
    super('the directory has changed since its context was cached');
    this.name = 'StaleContext';
  }
}
