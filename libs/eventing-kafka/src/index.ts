export { createKafkaBus } from './kafka-bus.js';
export { KafkaUnreachable, type KafkaBusOptions } from './client.js';
