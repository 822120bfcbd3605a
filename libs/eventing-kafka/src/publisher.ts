import kafkajs, { type Producer, type TopicMessages, type Transaction } from 'kafkajs';
import type { OutgoingRecord, Publisher, PublishSession } from '@gatehouse/eventing';
import { createClient, errorType, hastyRetry, type KafkaBusOptions } from './client.js';

/** The broker ends a transaction that its dead producer left open, so that readers don't wait longer. */
const transactionTimeout = 15_000;
/** How long the markers of the transaction before may take. */
const markersWithinMs = 5000;

/**
 * Publishes with one transactional id an outbox. Opening a session has the broker raise the producer's epoch and abort what
 * an earlier session left open; whatever that one still sends is refused, also what was in mid-send when its process was
 * stopped. See docs/adr/0003.
 */
export function createPublisher(options: KafkaBusOptions): Publisher {
  return {
    open: async (): Promise<PublishSession> => {
      // A session's own connections: closing it ends its sends, and nothing of it outlives it.
      const producer = createClient(options, hastyRetry).producer({
        transactionalId: `gatehouse-${options.service}-outbox`,
        transactionTimeout,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        // No retries: a batch that failed is read again, and only by the leader of that time.
        retry: { retries: 0 },
      });
      try {
        await producer.connect();
        // The first transaction is where kafkajs asks for the epoch; the relay reads only after that.
        return new TransactionalSession(producer, await producer.transaction());
      } catch (error) {
        await producer.disconnect().catch(() => undefined);
        throw error;
      }
    },
  };
}

class TransactionalSession implements PublishSession {
  private next: Transaction | undefined;

  constructor(
    private readonly producer: Producer,
    first: Transaction,
  ) {
    this.next = first;
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    const transaction = this.next ?? (await this.producer.transaction());
    this.next = undefined;
    const topicMessages = grouped(records);
    await afterMarkers(() => transaction.sendBatch({ topicMessages, acks: -1 }));
    await transaction.commit();
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}

function grouped(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, headers } of records) {
    const messages = topics.get(topic) ?? { topic, messages: [] };
    messages.messages.push({ key, value, headers });
    topics.set(topic, messages);
  }
  return [...topics.values()];
}

/**
 * The broker answers a commit before it has written the markers, and meanwhile refuses to begin the next transaction. It
 * refuses when partitions are added, before anything is sent; so waiting a moment here reorders nothing.
 */
async function afterMarkers<T>(send: () => Promise<T>): Promise<T> {
  const until = Date.now() + markersWithinMs;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (errorType(error) !== 'CONCURRENT_TRANSACTIONS' || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
