import { defineEvents, defineTopic, type EventDefinition, type Topic } from '@gatehouse/contracts';
import { z } from 'zod';

const thing = z.object({ id: z.string(), version: z.number().int(), value: z.string() });
export type Thing = z.infer<typeof thing>;

/** Topics and events of one test. */
export interface TestEvents {
  things: Topic;
  deltas: Topic;
  ThingChanged: EventDefinition<Thing>;
  ThingAdded: EventDefinition<Thing>;
  /** Published, and handled by nobody. */
  ThingNoted: EventDefinition<Thing>;
}

export function testEvents(suffix: string): TestEvents {
  const shared = { partitions: 3, publisher: 'all', description: 'Of a test.' } as const;
  const things = defineTopic({ ...shared, name: `test.things.${suffix}`, compacted: true });
  const deltas = defineTopic({
    ...shared,
    name: `test.deltas.${suffix}`,
    compacted: false,
    retentionHours: 1,
  });
  const key = (data: Thing): string => data.id;
  const described = { ThingChanged: 'Changed.', ThingNoted: 'Noted.' };
  return {
    things,
    deltas,
    ...defineEvents(things, thing, key, ['ThingChanged', 'ThingNoted'] as const, described),
    ...defineEvents(deltas, thing, key, ['ThingAdded'] as const, { ThingAdded: 'Added.' }),
  };
}
