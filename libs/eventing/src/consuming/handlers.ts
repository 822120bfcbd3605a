import { isObservable, lastValueFrom } from 'rxjs';
import type { EventDefinition, Topic } from '@gatehouse/contracts';
import type { EventContext } from '../types.js';
import type { HandlerExtras } from './consumes.js';

export type Handler = (data: unknown, context: EventContext) => Promise<unknown>;

/** Which methods handle what: several may handle one event, and run one after the other in its transaction. */
export class Handlers {
  private readonly byType = new Map<string, { definition: EventDefinition; handlers: Handler[] }>();
  private readonly tombstones = new Map<string, Handler[]>();
  private readonly subscribed = new Map<string, Topic>();

  add(handler: Handler, { events = [], tombstonesOf }: HandlerExtras, pattern: string): void {
    for (const definition of events) {
      // Nest registers a method once for each of its patterns.
      if (pattern !== `${definition.topic.name} ${definition.type}`) continue;
      const known = this.byType.get(pattern) ?? { definition, handlers: [] };
      known.handlers.push(handler);
      this.byType.set(pattern, known);
      this.subscribed.set(definition.topic.name, definition.topic);
    }
    if (!tombstonesOf) return;
    this.tombstones.set(tombstonesOf.name, [...(this.tombstones.get(tombstonesOf.name) ?? []), handler]);
    this.subscribed.set(tombstonesOf.name, tombstonesOf);
  }

  get topics(): readonly Topic[] {
    return [...this.subscribed.values()];
  }

  isCompacted(topic: string): boolean {
    return this.subscribed.get(topic)?.compacted ?? false;
  }

  definitionOf(topic: string, type: string): EventDefinition | undefined {
    return this.byType.get(`${topic} ${type}`)?.definition;
  }

  async handle(data: unknown, context: EventContext): Promise<void> {
    const handlers =
      data === null
        ? this.tombstones.get(context.topic)
        : this.byType.get(`${context.topic} ${context.type}`)?.handlers;
    for (const handler of handlers ?? []) await settled(handler(data, context));
  }
}

/** Nest's handlers answer with a stream, whose error is the handler's. */
async function settled(answer: Promise<unknown>): Promise<void> {
  const result = await answer;
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
