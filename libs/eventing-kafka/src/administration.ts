import type { Admin } from 'kafkajs';
import { createClient, errorType, hastyRetry, type KafkaBusOptions } from './client.js';

/** What a broker answers while leaders and coordinators are being chosen: right after topics were made, or a start. */
const becomingReady = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
]);
const readyWithinMs = 30_000;

/** Asks again while the broker is becoming ready; kafkajs' admin gives up at the first such answer. */
export async function whenReady<T>(ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + readyWithinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isBecomingReady(error) || Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** On a new cluster kafkajs' own retries may end first; it then throws an error without the broker's code. */
function isBecomingReady(error: unknown): boolean {
  if (error instanceof Error && error.name === 'KafkaJSGroupCoordinatorNotFound') return true;
  return becomingReady.has(errorType(error) ?? '');
}

/** Runs work with an administrator's connection, and closes it. */
export async function administer<T>(
  options: KafkaBusOptions,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = createClient(options, hastyRetry).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
