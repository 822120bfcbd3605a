export { busConformance } from './conformance.js';
export { kafkaConformance } from './kafka-only.js';
export type { BusUnderTest } from './world.js';
