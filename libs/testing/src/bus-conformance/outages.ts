import { expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { killedBy, startChild } from './child.js';
import { thing, type BusUnderTest, type World } from './world.js';

const outageMs = 20_000;

/** Crashes and absences of every part. */
export function outages(the: () => World, bus: () => BusUnderTest): void {
  it('publishes after a crash between commit and publish', async () => {
    const { events, publisher, consumer } = the();
    const crashed = await publisher({ relay: false });
    await crashed.publish(events.ThingChanged, thing('a', 1));
    await crashed.stop();
    const to = await consumer();
    expect(await to.state()).toEqual({});
    await publisher();
    await eventually(async () => expect(await to.state()).toEqual({ a: 1 }));
  });

  it('delivers again after a crash between handling and the commit of the position', async () => {
    const { events, publisher, consumer, options } = the();
    const from = await publisher();
    const child = await startChild({ role: 'dies-after-handling', options: options('beta') });
    await from.publish(events.ThingChanged, thing('a', 1));
    expect(await killedBy(child)).toBe('SIGKILL');

    const to = await consumer();
    await eventually(async () => expect((await to.seen()).map((row) => row.version)).toEqual([1, 1]), {
      timeoutMs: 20_000,
    });
    const [first, second] = await to.seen();
    expect(first?.event_id).toBe(second?.event_id);
    expect(await to.state()).toEqual({ a: 1 });
  });

  it('goes on where it was after a restart', async () => {
    const { events, publisher, consumer } = the();
    const from = await publisher();
    const before = await consumer();
    await from.publish(events.ThingChanged, thing('a', 1), thing('b', 1));
    await eventually(async () => expect(await before.seen()).toHaveLength(2));
    await before.stop();
    await from.publish(events.ThingChanged, thing('a', 2));
    const after = await consumer();
    await eventually(async () => expect(await after.state()).toEqual({ a: 2, b: 1 }));
    expect(await after.seen()).toHaveLength(3);
  });

  it('stops while the database is away, parks nothing, and goes on when it is back', async () => {
    const { events, publisher, consumer, cuttable } = the();
    const proxy = await cuttable();
    const from = await publisher();
    const to = await consumer({ url: proxy.url });
    await from.publish(events.ThingChanged, thing('a', 1));
    await eventually(async () => expect(await to.state()).toEqual({ a: 1 }));
    proxy.cut();
    for (let version = 2; version <= 20; version += 1)
      await from.publish(events.ThingChanged, thing('a', version));
    await eventually(async () => expect(await from.database.query('select 1 from outbox')).toEqual([]));
    await expect(to.database.query('select 1')).rejects.toThrow();
    proxy.restore();
    await eventually(async () => expect(await to.state()).toEqual({ a: 20 }), { timeoutMs: 20_000 });
    expect(await to.parked()).toEqual([]);
  });

  it('outlives a bus that is away for 20 s: requests still commit, and all events arrive in order', async () => {
    const { events, publisher, consumer } = the();
    const [from, to] = [await publisher(), await consumer()];
    await from.publish(events.ThingChanged, thing('a', 1));
    await eventually(async () => expect(await to.state()).toEqual({ a: 1 }), { timeoutMs: 20_000 });

    await bus().away();
    const until = performance.now() + outageMs;
    let version = 1;
    while (performance.now() < until) {
      version += 1;
      await from.publish(events.ThingChanged, thing('a', version));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(await to.bus.live()).toBe(true);
    await bus().back();
    await eventually(async () => expect(await to.state()).toEqual({ a: version }), { timeoutMs: 30_000 });
    const versions = (await to.seen()).map((row) => row.version);
    expect(versions.filter((one, index) => versions.indexOf(one) === index)).toEqual(
      Array.from({ length: version }, (_, index) => index + 1),
    );
    expect(await to.parked()).toEqual([]);
  }, 120_000);
}
