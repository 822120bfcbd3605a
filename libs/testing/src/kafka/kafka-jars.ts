import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot, filledOnce, sha256 } from '../run/cache.js';
import { run } from '../run/process.js';
import { writeProperties } from './server-properties.js';

const pom = fileURLToPath(new URL('../../src/kafka/pom.xml', import.meta.url));

export interface KafkaJars {
  folder: string;
  /** Explicit and sorted: an AppCDS archive is only used with the class path that it was made with. */
  classPath: string;
  /** A formatted log folder, copied for each broker: formatting starts a JVM of its own. */
  formatted: string;
}

async function cacheFolder(): Promise<string> {
  return join(cacheRoot(), 'kafka', sha256(await readFile(pom)));
}

export async function cachedKafka(): Promise<boolean> {
  return existsSync(await cacheFolder());
}

/** Kafka's own jars by Maven, kept between runs under the hash of the pom. */
export async function kafkaJars(): Promise<KafkaJars> {
  const folder = await filledOnce(await cacheFolder(), async (partial) => {
    const jars = join(partial, 'jars');
    await run('mvn', [
      ...['-B', '-ntp', '-q', '-C', '-f', pom, 'dependency:copy-dependencies'],
      ...[`-DoutputDirectory=${jars}`, '-DincludeScope=runtime'],
    ]);
    await format(partial, await classPathOf(jars));
  });
  return { folder, classPath: await classPathOf(join(folder, 'jars')), formatted: join(folder, 'formatted') };
}

async function classPathOf(folder: string): Promise<string> {
  const jars = (await readdir(folder)).filter((name) => name.endsWith('.jar')).sort();
  if (jars.length === 0) throw new Error(`No jars in ${folder}: delete it and run again.`);
  return jars.map((name) => join(folder, name)).join(':');
}

async function format(folder: string, classPath: string): Promise<void> {
  const logs = join(folder, 'formatted');
  const properties = join(folder, 'format.properties');
  await mkdir(logs);
  await writeProperties(properties, { brokerPort: 9092, controllerPort: 9093, logs });
  const clusterId = Buffer.from('gatehouse-test-1').toString('base64url');
  await run('java', [
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    properties,
  ]);
  await rm(properties);
}
