import { service as account } from '@gatehouse/account';
import { service as authGateway } from '@gatehouse/auth-gateway';
import { service as directorySync } from '@gatehouse/directory-sync';
import { commonSettings, readSettings, type ServiceDefinition } from '@gatehouse/service-host';
import { service as ssoConfig } from '@gatehouse/sso-config';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../../..');
const services = [account, authGateway, directorySync, ssoConfig] as unknown as ServiceDefinition[];

interface ComposeService {
  environment: Record<string, string>;
  expose: string[];
  ports?: string[];
  build: { args: { SERVICE: string } };
}
const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, ComposeService>;
};
const initSql = readFileSync(join(ROOT, 'deploy/postgres/init.sql'), 'utf8');

/** The `.env` that the README has people make, as compose would read it. */
function secrets(): Record<string, string> {
  const text = execFileSync(process.execPath, [join(ROOT, 'deploy/make-secrets.mjs')], { encoding: 'utf8' });
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => [
        line.slice(0, line.indexOf('=')),
        line.slice(line.indexOf('=') + 1).replace(/^'|'$/g, ''),
      ]),
  );
}

function environmentOf(name: string, values: Record<string, string>): Record<string, string> {
  const entries = Object.entries(compose.services[name]?.environment ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      String(value).replace(/\$\{(\w+)(?::[?-][^}]*)?\}/g, (_, variable: string) => values[variable] ?? ''),
    ]),
  );
}

describe('docker-compose.yml', () => {
  it.each(services.map((definition) => [definition.name, definition] as const))(
    'gives %s settings that it knows and that are complete',
    (name, definition) => {
      const environment = environmentOf(name, secrets());
      const known = new Set([
        ...Object.keys(commonSettings.shape),
        ...Object.keys(definition.settings.shape),
      ]);
      expect(Object.keys(environment).filter((setting) => !known.has(setting))).toEqual([]);
      const settings = readSettings(environment, definition.settings, definition);
      expect(settings.KAFKA_BROKERS).toEqual(['kafka:9092']);
      expect(compose.services[name]?.expose).toContain(String(definition.metricsPort));
      expect(
        [...(compose.services[name]?.expose ?? []), ...(compose.services[name]?.ports ?? [])].join(' '),
      ).toContain(String(definition.port));
      expect(compose.services[name]?.build.args.SERVICE).toBe(name);
    },
  );

  it.each(services.map((definition) => [definition.name, definition] as const))(
    'connects %s as the role and to the schema that init.sql makes',
    (name, { schema }) => {
      const url = new URL(environmentOf(name, secrets())['DATABASE_URL'] ?? '');
      expect(url.username).toBe(`gatehouse_${schema}`);
      expect(initSql).toContain(`create role gatehouse_${schema} login`);
      expect(initSql).toContain(`create schema ${schema} authorization gatehouse_${schema};`);
      expect(initSql).toContain(`alter role gatehouse_${schema} set search_path = ${schema};`);
    },
  );

  it("has the gateway reach each service where it listens, and the services reach the gateway's keys", () => {
    const gateway = environmentOf('auth-gateway', secrets());
    expect(gateway['ACCOUNT_URL']).toBe(`http://account:${account.port}`);
    expect(gateway['SSO_CONFIG_URL']).toBe(`http://sso-config:${ssoConfig.port}`);
    expect(gateway['DIRECTORY_SYNC_URL']).toBe(`http://directory-sync:${directorySync.port}`);
    for (const { name } of services)
      expect(environmentOf(name, secrets())['GATEWAY_JWKS_URL']).toBe(
        `http://auth-gateway:${authGateway.port}/.well-known/jwks.json`,
      );
  });

  it('gives signing keys to the gateway alone, and sealing keys to it and sso-config', () => {
    const holders = (setting: string) =>
      services.map(({ name }) => name).filter((name) => setting in environmentOf(name, secrets()));
    expect(holders('SIGNING_KEYS')).toEqual(['auth-gateway']);
    expect(holders('SEALING_KEYS')).toEqual(['auth-gateway', 'sso-config']);
  });
});
