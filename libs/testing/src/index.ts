export { callerIssuer, type CallerIssuer } from './callers.js';
export { chromium, hasChromium } from './chromium.js';
export { dnsServer, type DnsRecords, type DnsServer } from './dns/dns-server.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export {
  hasKafka,
  kafka,
  kafkaKind,
  ownKafka,
  topicSuffix,
  type KafkaFixture,
  type OwnKafkaFixture,
} from './kafka/kafka.js';
export { hasKeycloak, keycloak } from './keycloak/keycloak.js';
export type { KeycloakAdmin, KeycloakRealm } from './keycloak/admin.js';
export { databaseProxy, tcpProxy, type TcpProxy } from './network/tcp-proxy.js';
export { freePort, freePorts } from './network/ports.js';
export { hasNginx, nginxPath } from './nginx.js';
export {
  ownPostgres,
  testDatabase,
  type SchemaDefinition,
  type TestDatabase,
} from './postgres/test-database.js';
export { lookUpParts } from './run/availability.js';
export { killProcess, lastOutput, spawnBound, stopProcess } from './run/process.js';
export { startKafka } from './kafka/start-kafka.js';
export { startPostgres } from './postgres/start-postgres.js';
