import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { startChild } from './child.js';
import { makeWorld, thing, type BusUnderTest, type World } from './world.js';

/** What only a bus of several processes has to do. */
export function kafkaConformance(open: () => Promise<BusUnderTest>): void {
  describe('kafka: rebalance and fencing', () => {
    let bus: BusUnderTest;
    let world: World;
    beforeAll(async () => {
      bus = await open();
    });
    beforeEach(async () => {
      world = await makeWorld(bus);
    });
    afterEach(() => world.end());
    afterAll(() => bus.close());

    it('shares the partitions between two consumers, and hands them over, in order and without loss', async () => {
      const { events, publisher, consumer } = world;
      const by = { one: 0, two: 0 };
      const from = await publisher();
      const count = (who: 'one' | 'two') => ({ on: () => void (by[who] += 1) });
      const one = await consumer(count('one'));
      const two = await consumer(count('two'));
      const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
      let version = 0;
      const publishRound = async () => {
        version += 1;
        await from.publish(events.ThingChanged, ...keys.map((key) => thing(key, version)));
      };
      await eventually(
        async () => {
          await publishRound();
          expect(Math.min(by.one, by.two)).toBeGreaterThan(0);
        },
        { timeoutMs: 20_000, intervalMs: 200 },
      );
      await one.stop();
      await publishRound();
      const expected = Object.fromEntries(keys.map((key) => [key, version]));
      await eventually(async () => expect(await two.state()).toEqual(expected), { timeoutMs: 20_000 });
      const seen = await two.seen();
      for (const key of keys) {
        const versions = seen.filter((row) => row.key === key).map((row) => row.version);
        expect(new Set(versions).size).toBe(version);
      }
    }, 60_000);

    it('refuses what a stopped relay leader still sends once another leads: the last record of a key is the newest', async () => {
      const { events, publisher, options } = world;
      const old = thing('a', 1, 'from the first leader');
      const first = await startChild({ role: 'stops-in-mid-send', options: options('alpha'), stopAt: old });
      const second = await publisher({ leaderSilenceMs: 1500 });
      expect(second.eventing?.leads()).toBe(false);

      await second.publish(events.ThingChanged, old);
      await first.said('stopping');
      await eventually(() => expect(second.eventing?.leads()).toBe(true), { timeoutMs: 15_000 });
      await second.publish(events.ThingChanged, thing('a', 2, 'from the second leader'));
      await eventually(async () => expect(await second.database.query('select 1 from outbox')).toEqual([]));

      first.process.kill('SIGCONT');
      // Its batch is refused; it ends its leadership, and waits for the lock like anyone.
      await first.said('trouble: relay');
      await second.publish(events.ThingChanged, thing('a', 3, 'from the second leader'));
      await eventually(async () => expect(await second.database.query('select 1 from outbox')).toEqual([]));
      const log = await readAll(bus, events.things.name, thing('a', 3, 'from the second leader'));
      const versions = log.map(({ version }) => version);
      expect(versions.at(-1)).toBe(3);
      expect(versions.toSorted()).toEqual(versions);
      first.process.kill('SIGKILL');
    }, 60_000);
  });
}

/** A consumer that stands still: whose fault is it? */
export function kafkaLiveness(open: () => Promise<BusUnderTest>): void {
  describe('kafka: liveness', () => {
    let bus: BusUnderTest;
    let world: World;
    beforeAll(async () => {
      bus = await open();
      world = await makeWorld(bus);
    });
    afterAll(async () => {
      await world.end();
      await bus.close();
    });

    it('fails where the consumer was stopped silently while the broker answers, and not where no broker answers', async () => {
      const to = await world.consumer({ silenceMs: 1500 });
      await eventually(() => expect(to.bus.caughtUp()).toBe(true));
      expect(await to.bus.live()).toBe(true);
      await bus.away();
      // Silence is time that passes: longer than `silenceMs`.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(await to.bus.live()).toBe(true);
      await bus.back();
      await to.bus.server.unwrap<kafkajs.Consumer>().stop();
      await eventually(async () => expect(await to.bus.live()).toBe(false));
    }, 60_000);
  });
}

/** What is on the log from the beginning, with what was never committed: the stopped leader's batch is not even there. */
async function readAll(
  bus: BusUnderTest,
  topic: string,
  until: { version: number },
): Promise<{ version: number }[]> {
  if (bus.config.kind !== 'kafka') throw new Error('Only Kafka is read from outside.');
  const { brokers } = bus.config;
  const consumer = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).consumer({
    groupId: `reader-of-${topic}`,
    maxWaitTimeInMs: 100,
    readUncommitted: true,
  });
  const found: { version: number }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (message.value) found.push(JSON.parse(message.value.toString()) as { version: number });
    },
  });
  await eventually(() => expect(found.map(({ version }) => version)).toContain(until.version), {
    timeoutMs: 20_000,
  });
  await consumer.disconnect();
  return found;
}
