import kafkajs from 'kafkajs';

const READY_LIMIT_MS = 60_000;

/**
 * Returns when an admin client connects and the cluster names one broker and a controller.
 * @param deathNote what the broker wrote, once it has died
 */
export async function brokerAnswers(brokers: string[], deathNote: () => string | undefined): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const failure = await describe(brokers).catch((error: unknown) => String(error));
    if (failure === undefined) return;
    const note = deathNote();
    if (note !== undefined) throw new Error(`The Kafka broker ended while starting:\n${note}`);
    if (performance.now() > deadline)
      throw new Error(`Kafka at ${brokers.join()} did not answer in 60 s: ${failure}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function describe(brokers: string[]): Promise<string | undefined> {
  const client = new kafkajs.Kafka({
    brokers,
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    const ready = cluster.brokers.length > 0 && cluster.controller !== null && cluster.controller >= 0;
    return ready ? undefined : 'no broker or no controller yet';
  } finally {
    await admin.disconnect();
  }
}
