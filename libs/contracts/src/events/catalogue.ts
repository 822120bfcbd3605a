import type { EventDefinition, Topic } from '../event.js';
import * as account from './account.js';
import * as auth from './auth.js';
import * as directory from './directory.js';
import * as platform from './platform.js';
import * as sso from './sso.js';

function isEvent(value: unknown): value is EventDefinition {
  return typeof value === 'object' && value !== null && 'type' in value && 'topic' in value && 'key' in value;
}

/** Every event that Gatehouse publishes, by topic and type. */
export const allEvents: readonly EventDefinition[] = [account, auth, directory, platform, sso]
  .flatMap((module) => (Object.values(module) as unknown[]).filter(isEvent))
  .sort((a, b) => a.topic.name.localeCompare(b.topic.name) || a.type.localeCompare(b.type));

export const allTopics: readonly Topic[] = [
  ...new Map(allEvents.map((event) => [event.topic.name, event.topic])).values(),
];

const byType = new Map(allEvents.map((event) => [event.type, event]));

/** The event of a type name, or undefined for a type that this release does not know: consumers ignore those. */
export function eventOfType(type: string): EventDefinition | undefined {
  return byType.get(type);
}
