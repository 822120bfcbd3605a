export { createEmbeddedBus, type EmbeddedBusOptions } from './embedded-bus.js';
export { Fenced } from './log.js';
