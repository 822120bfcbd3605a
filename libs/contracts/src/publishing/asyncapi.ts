import type { EventDefinition, Topic } from '../event.js';
import { schemaOf, type JsonSchema } from './json-schema.js';

/** The AsyncAPI 3.0 document of these events: a channel a topic, CloudEvents 1.0 in Kafka's binary mode. */
export function asyncApiDocument(events: readonly EventDefinition[], version: string): JsonSchema {
  const topics = [...new Map(events.map((event) => [event.topic.name, event.topic])).values()];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Gatehouse events',
      version,
      description:
        'What Gatehouse publishes on Kafka. Every record on a compacted topic carries the whole state of its key; keep the highest `version`, ignore members and types that you do not know, and take a null value as removal.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(topics.map((topic) => [channelId(topic), channelOf(topic, events)])),
    operations: Object.fromEntries(
      topics.map((topic) => [`publish_${channelId(topic)}`, operationOf(topic)]),
    ),
    components: {
      messages: Object.fromEntries(events.map((event) => [event.type, messageOf(event)])),
      messageTraits: { cloudEvent: { headers: cloudEventHeaders } },
    },
  };
}

function channelId(topic: Topic): string {
  return topic.name.replaceAll(/[.-]/g, '_');
}

function channelOf(topic: Topic, events: readonly EventDefinition[]): JsonSchema {
  return {
    address: topic.name,
    description: topic.description,
    messages: Object.fromEntries(
      events
        .filter((event) => event.topic === topic)
        .map((event) => [event.type, { $ref: `#/components/messages/${event.type}` }]),
    ),
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions,
        topicConfiguration: {
          'cleanup.policy': [topic.compacted ? 'compact' : 'delete'],
          ...(topic.retentionHours === undefined ? {} : { 'retention.ms': topic.retentionHours * 3_600_000 }),
        },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function operationOf(topic: Topic): JsonSchema {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${channelId(topic)}` },
    summary: topic.publisher === 'all' ? 'Published by every service.' : `Published by ${topic.publisher}.`,
  };
}

function messageOf(event: EventDefinition): JsonSchema {
  return {
    name: event.type,
    title: event.type,
    summary: event.description,
    contentType: 'application/json',
    traits: [{ $ref: '#/components/messageTraits/cloudEvent' }],
    payload: { schemaFormat: 'application/schema+json;version=draft-2020-12', schema: schemaOf(event) },
    bindings: { kafka: { key: { type: 'string' }, bindingVersion: '0.5.0' } },
  };
}

const cloudEventHeaders = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_subject'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { type: 'string', description: 'The same for every delivery of one event.' },
    ce_source: { type: 'string', description: '`/gatehouse/<service>`' },
    ce_type: { type: 'string' },
    ce_time: { type: 'string', format: 'date-time' },
    ce_subject: { type: 'string', description: "The record's key." },
    traceparent: { type: 'string', description: 'W3C Trace Context of the change that was published.' },
  },
};
