import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { context, trace, TraceFlags } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { onceInInbox, registerRepublisher } from '@gatehouse/eventing';
import { eventually } from '../eventually.js';
import { outages } from './outages.js';
import { poison } from './poison.js';
import { makeWorld, thing, type BusUnderTest, type World } from './world.js';

/** What every bus of Gatehouse must do; both adapters run it. */
export function busConformance(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`${name}: bus conformance`, () => {
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

    delivery(() => world);
    rebuild(() => world);
    poison(() => world);
    outages(
      () => world,
      () => bus,
    );
  });
}

function delivery(the: () => World): void {
  it('keeps the order of a key, and loses and doubles nothing', async () => {
    const { events, publisher, consumer } = the();
    const [from, to] = [await publisher(), await consumer()];
    const versions = new Map<string, number>();
    for (let round = 1; round <= 40; round += 1) {
      for (const key of ['a', 'b', 'c', 'd', 'e']) versions.set(key, round);
      await from.publish(events.ThingChanged, ...[...versions].map(([key, version]) => thing(key, version)));
    }
    await eventually(async () => expect(await to.seen()).toHaveLength(200), { timeoutMs: 20_000 });
    const seen = await to.seen();
    for (const key of versions.keys()) {
      expect(seen.filter((row) => row.key === key).map((row) => row.version)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
    }
  });

  it('keeps the order of commits of transactions that overlap', async () => {
    const { events, publisher, consumer } = the();
    const [from, to] = [await publisher(), await consumer()];
    await from.database.query(`insert into state (key, version, value) values ('shared', 0, 'v')`);
    const advance = () =>
      from.database.inTransaction(async (tx) => {
        const [row] = await tx.query<{ version: number }>(
          `update state set version = version + 1 where key = 'shared' returning version`,
        );
        from.outbox.append(tx, events.ThingChanged, thing('shared', row?.version ?? -1));
      });
    await Promise.all(Array.from({ length: 60 }, advance));
    await eventually(async () => expect(await to.seen()).toHaveLength(60));
    expect((await to.seen()).map((row) => row.version)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
  });

  it('publishes nothing of a transaction that was rolled back, and all of its twin that was committed', async () => {
    const { events, publisher, consumer } = the();
    const [from, to] = [await publisher(), await consumer()];
    const attempt = (id: string, fail: boolean) =>
      from.database.inTransaction(async (tx) => {
        from.outbox.append(tx, events.ThingChanged, thing(id, 1));
        if (fail) throw new Error('no');
      });
    await expect(attempt('rolled-back', true)).rejects.toThrow('no');
    await attempt('committed', false);
    await eventually(async () => expect(await to.state()).toEqual({ committed: 1 }));
  });

  it('refuses an event that its schema refuses, and rolls its transaction back', async () => {
    const { events, publisher } = the();
    const from = await publisher();
    const wrong = { ...thing('x', 1), version: 1.5 };
    await expect(from.publish(events.ThingChanged, wrong)).rejects.toThrow(
      /ThingChanged on test\.things.*version/s,
    );
    await from.publish(events.ThingChanged, thing('x', 1));
  });

  it('sends what is more than a broker takes at once, and refuses an event that no broker takes', async () => {
    const { events, publisher, consumer } = the();
    const [from, to] = [await publisher(), await consumer()];
    const many = Array.from({ length: 60 }, (_, index) => thing('a', index + 1, 'v'.repeat(20_000)));
    await from.publish(events.ThingChanged, ...many);
    await expect(from.publish(events.ThingChanged, thing('b', 1, 'v'.repeat(1_100_000)))).rejects.toThrow(
      /bytes/,
    );
    await eventually(async () => expect(await to.seen()).toHaveLength(60), { timeoutMs: 20_000 });
    expect(await to.state()).toEqual({ a: 60 });
  });

  it('does no harm by a duplicate: a versioned upsert advances once, the inbox says so once', async () => {
    const { events, publisher, consumer } = the();
    const once: boolean[] = [];
    const from = await publisher({ relay: false });
    const to = await consumer({
      on: async (_thing, context) => void once.push(await onceInInbox(context.tx, context.id)),
    });
    const record = {
      topic: events.things.name,
      key: 'a',
      value: JSON.stringify(thing('a', 5)),
      headers: { ce_id: 'evt_same', ce_type: 'ThingChanged', ce_time: new Date().toISOString() },
    };
    const session = await from.bus.publisher.open();
    await session.send([record]);
    await session.send([record, { ...record, value: JSON.stringify(thing('a', 4)) }]);
    await session.close();
    await eventually(async () => expect((await to.seen()).map((row) => row.version)).toEqual([5, 5, 4]));
    expect(await to.state()).toEqual({ a: 5 });
    expect(once.filter(Boolean)).toHaveLength(1);
  });

  it('carries the trace from the transaction through the outbox and the bus to the handler', async () => {
    const { events, publisher, consumer } = the();
    new NodeTracerProvider().register();
    const [from, to] = [await publisher(), await consumer()];
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
    };
    await context.with(trace.setSpanContext(context.active(), span), () =>
      from.publish(events.ThingChanged, thing('traced', 1)),
    );
    await from.publish(events.ThingChanged, thing('untraced', 1));
    await eventually(async () => expect(await to.seen()).toHaveLength(2));
    const traced = Object.fromEntries((await to.seen()).map((row) => [row.key, row.traceparent]));
    expect(traced).toEqual({ traced: `00-${span.traceId}-${span.spanId}-01`, untraced: null });
    context.disable();
    trace.disable();
  });

  it('ignores unknown types and unknown fields', async () => {
    const { events, publisher, consumer } = the();
    const [from, to] = [await publisher(), await consumer()];
    await from.publish(events.ThingNoted, thing('noted', 1));
    await from.publish(events.ThingChanged, { ...thing('more', 1), ...{ unknown: true } });
    await eventually(async () => expect(await to.state()).toEqual({ more: 1 }));
    expect(await to.parked()).toEqual([]);
  });

  it('hands a tombstone to its handler, with the key', async () => {
    const { events, publisher, consumer } = the();
    const [from, to] = [await publisher(), await consumer()];
    await from.publish(events.ThingChanged, thing('gone', 1), thing('stays', 1));
    await from.database.inTransaction(async (tx) => from.outbox.tombstone(tx, events.things, 'gone'));
    await eventually(async () => {
      const last = (await to.seen()).filter((row) => row.key === 'gone').at(-1);
      expect(last).toMatchObject({ type: '', version: null });
      expect(await to.state()).toEqual({ stays: 1 });
    });
  });
}

function rebuild(the: () => World): void {
  it('gives a late consumer all state from zero, and is caught up only then', async () => {
    const { events, publisher, consumer } = the();
    const from = await publisher();
    for (let version = 1; version <= 30; version += 1) {
      await from.publish(events.ThingChanged, thing('a', version), thing('b', version));
    }
    await eventually(async () => expect(await from.database.query('select 1 from outbox')).toEqual([]));
    let letThrough: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    const to = await consumer({ on: () => held });
    expect(to.bus.caughtUp()).toBe(false);
    letThrough();
    await eventually(() => expect(to.bus.caughtUp()).toBe(true));
    expect(await to.state()).toEqual({ a: 30, b: 30 });
  });

  it('is caught up at once where there is nothing to read', async () => {
    const to = await the().consumer();
    await eventually(() => expect(to.bus.caughtUp()).toBe(true));
    expect(await to.bus.live()).toBe(true);
  });

  it('republishes current state by request, and by itself where the topic is empty', async () => {
    const { events, publisher, consumer } = the();
    const setup = await publisher({ relay: false });
    expect(await setup.bus.isEmpty(events.things)).toBe(true);
    await setup.database.query(`insert into state (key, version, value) values ('a', 3, 'v'), ('b', 4, 'v')`);
    const { service } = the().options('alpha');
    const topic = { ...events.things, publisher: service as 'all' };
    registerRepublisher(topic, async function* (database) {
      let after = '';
      for (;;) {
        const [row] = await database.query<{ key: string; version: number }>(
          'select key, version from state where key > $1 order by key limit 1',
          [after],
        );
        if (!row) return;
        yield [{ event: events.ThingChanged, data: thing(row.key, row.version) }];
        after = row.key;
      }
    });
    // What waits in the outbox makes the topic no less empty.
    await setup.publish(events.ThingChanged, thing('c', 5));
    await setup.stop();

    const [from, to] = [await publisher(), await consumer()];
    await eventually(async () => expect(await to.state()).toEqual({ a: 3, b: 4, c: 5 }));
    expect(await from.bus.isEmpty(events.things)).toBe(false);

    await from.database.query(`insert into republish_requests (topic) values ($1), ('test.unknown')`, [
      topic.name,
    ]);
    await eventually(async () => expect(await to.seen()).toHaveLength(5));
    await eventually(async () =>
      expect(
        await from.database.query('select published, error from republish_requests order by id'),
      ).toMatchObject([
        { published: 2, error: null },
        { published: 2, error: null },
        { published: 0, error: expect.stringContaining(`"test.unknown" can't be republished here`) },
      ]),
    );
  });
}
