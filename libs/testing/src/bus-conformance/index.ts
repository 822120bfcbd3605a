export { busConformance } from './conformance.js';
export { kafkaConformance, kafkaLiveness } from './kafka-only.js';
export type { BusUnderTest } from './world.js';
