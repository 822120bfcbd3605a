import { freePorts, lookUpParts, startKafka, startPostgres } from '@gatehouse/testing';
import pg from 'pg';
import type { Ports } from './separate.js';

/** The ports that a person finds in the documentation. */
export const documentedPorts: Ports = {
  service: { 'auth-gateway': 8080, 'sso-config': 8082, 'directory-sync': 8083, account: 8084 },
  metrics: { 'auth-gateway': 9464, 'sso-config': 9465, 'directory-sync': 9466, account: 9467 },
  idp: 8081,
  dns: 8053,
};

export async function anyPorts(): Promise<Ports> {
  const [a, b, c, d, e, f, g, h, idp, dns] = (await freePorts(10)) as [number, ...number[]] & number[];
  return {
    service: {
      'auth-gateway': a,
      'sso-config': b as number,
      'directory-sync': c as number,
      account: d as number,
    },
    metrics: {
      'auth-gateway': e as number,
      'sso-config': f as number,
      'directory-sync': g as number,
      account: h as number,
    },
    idp: idp as number,
    dns: dns as number,
  };
}

/** A Kafka and a database for a run outside vitest: given by the environment, or of its own. */
export async function startParts(): Promise<{
  brokers: string[];
  databaseUrl: string;
  close(): Promise<void>;
}> {
  const found = await lookUpParts();
  const [kafka, postgres] = await Promise.all([startKafka(found.kafka), startPostgres({ shared: true })]);
  const name = `gatehouse_${Date.now()}`;
  await asSuperuser(postgres.superuserUrl, `create database ${name}`);
  const databaseUrl = new URL(postgres.superuserUrl);
  databaseUrl.pathname = `/${name}`;
  return {
    brokers: kafka.brokers,
    databaseUrl: databaseUrl.href,
    async close() {
      await kafka.stop();
      // A server of our own is deleted as a whole.
      if (process.env.DATABASE_URL)
        await asSuperuser(postgres.superuserUrl, `drop database if exists ${name} with (force)`);
      await postgres.remove();
    },
  };
}

async function asSuperuser(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
