import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { documentedPorts, startParts } from './deployment/own-parts.js';
import { repository } from './deployment/program.js';
import { startSeparate } from './deployment/separate.js';

/** `npm run separate`: the four services as processes on a real Kafka, on the documented ports, until it is stopped. */
const dataDir = process.env.DATA_DIR ?? join(repository, '.gatehouse', 'separate');
const stopped = new Promise<void>((resolve) => {
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => resolve());
});

await rm(dataDir, { recursive: true, force: true });
console.log('Starting Kafka and Postgres …');
const parts = await startParts();
try {
  console.log(`Starting the four services and the demo identity provider; logs are in ${dataDir} …`);
  const deployment = await startSeparate({ ...parts, ports: documentedPorts, dataDir });
  console.log(
    `Ready: ${deployment.url} on Kafka ${parts.brokers.join()}; ${join(dataDir, 'demo.json')} has what a script needs.`,
  );
  await stopped;
  await deployment.close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await parts.close();
  // The channel to the script that started this would keep it alive.
  process.disconnect?.();
}
