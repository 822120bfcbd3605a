import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../network/ports.js';
import { hasEnded, killProcess, lastOutput, spawnBound, stopProcess } from '../run/process.js';
import type { KafkaBroker } from './broker.js';
import { kafkaJars, type KafkaJars } from './kafka-jars.js';
import { brokerAnswers } from './readiness.js';
import { writeProperties } from './server-properties.js';

const START_ATTEMPTS = 3;

/** Starts a broker of its own from Kafka's jars; Java ≥ 17. Ready in 2 to 5 seconds. */
export async function startJarBroker(parentFolder = tmpdir()): Promise<KafkaBroker> {
  const jars = await kafkaJars();
  const data = await mkdtemp(join(parentFolder, 'gatehouse-kafka-'));
  const logs = join(data, 'logs');
  const properties = join(data, 'server.properties');
  await cp(jars.formatted, logs, { recursive: true });

  const archive = archiveOf(jars);
  let child: ChildProcess;
  let brokers: string[] = [];
  const launch = async () => {
    child = spawnBound(
      'java',
      [...javaOptions(archive.options), '-cp', jars.classPath, 'kafka.Kafka', properties],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output = lastOutput(child);
    await brokerAnswers(brokers, () => (hasEnded(child) ? output() : undefined));
  };

  for (let attempt = 1; ; attempt += 1) {
    const [brokerPort, controllerPort] = (await freePorts(2)) as [number, number];
    brokers = [`127.0.0.1:${brokerPort}`];
    await writeProperties(properties, { brokerPort, controllerPort, logs });
    try {
      await launch();
      break;
    } catch (error) {
      await killProcess(child!);
      if (attempt === START_ATTEMPTS) throw error;
    }
  }

  return {
    brokers,
    pause: async () => void child.kill('SIGSTOP'),
    resume: async () => void child.kill('SIGCONT'),
    kill: () => killProcess(child),
    restart: async () => {
      await stopProcess(child);
      await launch();
    },
    stop: async () => {
      await stopProcess(child);
      await archive.keep();
      await rm(data, { recursive: true, force: true });
    },
  };
}

function javaOptions(more: string[]): string[] {
  return [
    ...[
      '-Xms64m',
      '-Xmx256m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Xshare:auto',
      '-Djava.awt.headless=true',
    ],
    ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'],
    ...more,
  ];
}

/** Class data sharing (JEP 350) halves the start: the first broker that stops in order writes the archive. */
function archiveOf(jars: KafkaJars): { options: string[]; keep: () => Promise<void> } {
  const version = spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr;
  const name = `broker-${/version "([^"]+)"/.exec(version)?.[1] ?? 'unknown'}.jsa`;
  const path = join(jars.folder, name);
  if (existsSync(path)) return { options: [`-XX:SharedArchiveFile=${path}`], keep: async () => {} };
  const partial = `${path}.${process.pid}`;
  return {
    options: [`-XX:ArchiveClassesAtExit=${partial}`],
    keep: async () => {
      if (existsSync(partial)) await rename(partial, path);
    },
  };
}
