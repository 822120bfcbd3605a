import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { Kafka, logLevel } from 'kafkajs';
import { Members } from './members.mjs';

const topic = 'account.memberships.v1';
const brokers = (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(',');
const port = Number(process.env.PORT ?? 8090);
// Each instance keeps its own picture, and so needs all partitions: a group of its own.
const groupId = process.env.GROUP_ID ?? `membership-consumer-${hostname()}-${process.pid}`;

const kafka = new Kafka({
  clientId: 'membership-consumer',
  brokers,
  logLevel: logLevel.WARN,
  // The defaults give up after some seconds; an outage of the brokers is to be waited for.
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: Number.MAX_SAFE_INTEGER },
});
const members = new Members();
const unread = await endOffsets();
const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 });

// Batches that hold only what compaction left over, or transaction markers, reach no handler, but this event.
consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) =>
  reached(payload.partition, BigInt(payload.lastOffset)),
);

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  // Nothing is committed, so each start begins at the first offset: the topic holds the current state of everybody.
  autoCommit: false,
  eachMessage: async ({ message }) => {
    const change = members.apply(message.key.toString(), message.value?.toString() ?? null);
    if (change && isCurrent()) tell(change);
  },
});

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const answer = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (!isCurrent()) return answer(503, { error: 'still reading what is there' });
  if (pathname === '/members')
    return answer(200, { members: members.active(searchParams.get('account') ?? undefined) });
  return answer(404, { error: 'GET /members?account=acct_…' });
}).listen(port, () => console.log(JSON.stringify({ event: 'listening', port: server.address().port })));

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);

/** The offsets to which the topic was filled when we started, of partitions that hold anything. */
async function endOffsets() {
  const filled = (await offsets()).filter(({ low, high }) => low !== high);
  return new Map(filled.map(({ partition, high }) => [partition, BigInt(high) - 1n]));
}

async function offsets() {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await admin.fetchTopicOffsets(topic);
  } finally {
    await admin.disconnect();
  }
}

function isCurrent() {
  return unread.size === 0;
}

function reached(partition, offset) {
  const end = unread.get(partition);
  if (end === undefined || offset < end) return;
  unread.delete(partition);
  if (isCurrent()) tellCurrent();
}

function tellCurrent() {
  console.log(JSON.stringify({ event: 'current', members: members.active().length }));
}

/** Here your service would do what a new or former member means to it. */
function tell({ before, after }) {
  const { id, accountId, userId, role, status } = after ?? before;
  const event = after === undefined ? 'forgotten' : 'changed';
  console.log(JSON.stringify({ event, id, accountId, userId, role, status, was: before?.status ?? null }));
}

async function stop() {
  server.close();
  await consumer.disconnect();
}
