import { randomBytes } from 'node:crypto';
import { availability, canRun } from '../run/availability.js';
import { askFor } from '../run/control-client.js';

export interface KafkaFixture {
  brokers: string[];
}

/** A broker that the test may kill. Only such a one: others use the shared broker at the same time. */
export interface OwnKafkaFixture extends KafkaFixture {
  pause(): Promise<void>;
  resume(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** For `describe.skipIf(!hasKafka())`. Always true with `REQUIRE_KAFKA=1`: then `kafka()` throws where there is none. */
export function hasKafka(): boolean {
  return canRun('kafka');
}

/** The one broker of the run. Isolate by unique topics and groups, see `topicSuffix`. */
export async function kafka(): Promise<KafkaFixture> {
  return askFor<KafkaFixture>('kafka');
}

/** A broker of the test's own. Stop it when done: it takes 180 MB. */
export async function ownKafka(): Promise<OwnKafkaFixture> {
  const id = randomBytes(6).toString('hex');
  const { brokers } = await askFor<KafkaFixture>('kafka', id);
  const command = (action: string) => async () => void (await askFor('kafka', id, action));
  return {
    brokers,
    pause: command('pause'),
    resume: command('resume'),
    kill: command('kill'),
    restart: command('restart'),
    stop: command('stop'),
  };
}

/** Makes names of topics, groups and transactional ids unique; a topic that was deleted under a live client is never reused. */
export function topicSuffix(): string {
  return randomBytes(5).toString('hex');
}

/** How this run has Kafka, for messages. */
export function kafkaKind(): string {
  return availability('kafka').how;
}
