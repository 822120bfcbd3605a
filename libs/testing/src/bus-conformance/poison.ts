import { expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { thing, type World } from './world.js';

/** Events that can't be handled, now or ever. */
export function poison(the: () => World): void {
  it('tries a failing event again in place, and parks nothing where it succeeds', async () => {
    const { events, publisher, consumer } = the();
    let failures = 2;
    const retried: string[] = [];
    const from = await publisher();
    const to = await consumer({
      retry: { attempts: 5 },
      hooks: { retried: (_topic, key) => void retried.push(key) },
      on: (data) => {
        if (data?.id === 'shaky' && failures-- > 0) throw new Error('not yet');
      },
    });
    await from.publish(events.ThingChanged, thing('shaky', 1), thing('steady', 1));
    await eventually(async () => expect(await to.state()).toEqual({ shaky: 1, steady: 1 }));
    expect(await to.parked()).toEqual([]);
    expect(retried).toContain('shaky');
  });

  it('parks a poison event beside healthy keys, and a later version supersedes it', async () => {
    const { events, publisher, consumer } = the();
    const from = await publisher();
    const to = await consumer({
      on: (data) => {
        if (data?.value === 'poison') throw new Error('cannot be handled');
      },
    });
    await from.publish(events.ThingChanged, thing('a', 1), thing('bad', 1, 'poison'), thing('b', 1));
    await eventually(async () =>
      expect(await to.parked()).toEqual([{ key: 'bad', error: 'Error: cannot be handled', attempts: 3 }]),
    );
    await eventually(async () => expect(await to.state()).toEqual({ a: 1, b: 1 }));

    await from.publish(events.ThingChanged, thing('a', 2), thing('bad', 2));
    await eventually(async () => expect(await to.state()).toEqual({ a: 2, b: 1, bad: 2 }));
    expect(await to.parked()).toEqual([]);
  });

  it('does not let an older version supersede a parked one', async () => {
    const { events, publisher, consumer } = the();
    const from = await publisher();
    const to = await consumer({
      on: (data) => {
        if (data?.value === 'poison') throw new Error('cannot be handled');
      },
    });
    await from.publish(events.ThingChanged, thing('bad', 5, 'poison'), thing('bad', 4), thing('after', 1));
    await eventually(async () => expect(await to.parked()).toHaveLength(1));
    await eventually(async () => expect(await to.state()).toEqual({ after: 1, bad: 4 }));
    expect(await to.parked()).toHaveLength(1);
  });

  it('parks malformed records at once, with the reason', async () => {
    const { events, publisher, consumer } = the();
    const from = await publisher({ relay: false });
    const to = await consumer();
    const headers = { ce_id: 'evt_1', ce_type: 'ThingChanged', ce_time: new Date().toISOString() };
    const record = {
      topic: events.things.name,
      key: 'good',
      value: JSON.stringify(thing('good', 1)),
      headers,
    };
    const session = await from.bus.publisher.open();
    await session.send([
      { ...record, key: 'json', value: '{', headers: { ...headers, ce_id: 'evt_2' } },
      {
        ...record,
        key: 'shape',
        value: JSON.stringify({ id: 'shape' }),
        headers: { ...headers, ce_id: 'evt_3' },
      },
      { ...record, key: 'type', headers: { ce_id: 'evt_4' } },
      record,
    ]);
    await session.close();
    await eventually(async () => expect(await to.state()).toEqual({ good: 1 }));
    await eventually(async () => expect(await to.parked()).toHaveLength(3));
    const parked = Object.fromEntries((await to.parked()).map((row) => [row.key, row]));
    expect(parked.json).toMatchObject({
      attempts: 1,
      error: expect.stringContaining('the value is not JSON'),
    });
    expect(parked.shape).toMatchObject({
      attempts: 1,
      error: expect.stringContaining("doesn't fit its schema"),
    });
    expect(parked.type).toMatchObject({ attempts: 1, error: expect.stringContaining('ce_type is missing') });
  });

  it('holds later deltas of a parked key, and replays them in order', async () => {
    const { events, publisher, consumer } = the();
    let broken = true;
    const from = await publisher();
    const to = await consumer({
      on: (data) => {
        if (broken && data?.value === 'poison') throw new Error('cannot be handled');
      },
    });
    await from.publish(events.ThingAdded, thing('held', 1, 'poison'));
    await eventually(async () => expect(await to.parked()).toHaveLength(1));
    await from.publish(events.ThingAdded, thing('held', 2), thing('free', 1), thing('held', 3));
    await eventually(async () => expect(await to.state()).toEqual({ free: 1 }));
    await eventually(async () => expect(await to.parked()).toHaveLength(3));
    expect((await to.parked())[1]?.error).toContain('WaitsBehindParked');

    const replay = () => to.database.query('update parked_events set replay_requested_at = now()');
    await replay();
    await eventually(async () => expect((await to.parked())[0]?.attempts).toBe(4));
    expect(await to.parked()).toHaveLength(3);

    broken = false;
    await replay();
    await eventually(async () => expect(await to.parked()).toEqual([]));
    const versions = (await to.seen()).filter((row) => row.key === 'held').map((row) => row.version);
    expect(versions).toEqual([1, 2, 3]);
  });
}
