import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSettings, SettingsError } from './settings.js';

const extra = z.object({ SIGNING_KEYS: z.string().min(10, 'must have 10 characters or more') });
const defaults = { port: 8084, metricsPort: 9467 };
const good = { DATABASE_URL: 'postgres://role:secret@db:5432/gatehouse', SIGNING_KEYS: 'a-signing-key' };

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readSettings(env, extra, defaults);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

describe('settings', () => {
  it('take the defaults of their service', () => {
    expect(readSettings(good, extra, defaults)).toMatchObject({
      PORT: 8084,
      METRICS_PORT: 9467,
      HOST: '0.0.0.0',
      PUBLIC_URL: 'http://localhost:8084',
      MIGRATE: true,
      TRUSTED_PROXIES: [],
    });
    expect(readSettings({ ...good, KAFKA_BROKERS: 'a:9092, b:9092' }, extra, defaults).KAFKA_BROKERS).toEqual(
      ['a:9092', 'b:9092'],
    );
  });

  it('report every fault at once, by name and without the value', () => {
    const faults = faultsOf({
      DATABASE_URL: 'mysql://root:secret@db',
      PORT: 'eighty',
      SIGNING_KEYS: 'short',
      MIGRATE: 'yes',
    });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'DATABASE_URL',
      'MIGRATE',
      'PORT',
      'SIGNING_KEYS',
    ]);
    expect(faults.join('\n')).not.toMatch(/secret|short|eighty/);
  });

  it.each([
    ['10.0.0.1, 192.168.0.0/16, ::1, fd00::/8, loopback', []],
    ['proxy.internal', ['TRUSTED_PROXIES']],
    ['10.0.0.0/33', ['TRUSTED_PROXIES']],
    ['fd00::/129', ['TRUSTED_PROXIES']],
  ])('take addresses and networks as trusted proxies: %s', (value, faulty) => {
    expect(faultsOf({ ...good, TRUSTED_PROXIES: value }).map((fault) => fault.split(' ')[0])).toEqual(faulty);
  });

  it('say what is missing', () => {
    expect(faultsOf({})).toEqual(['DATABASE_URL is missing', 'SIGNING_KEYS is missing']);
    expect(faultsOf({ ...good, SIGNING_KEYS: '' })).toEqual(['SIGNING_KEYS is missing']);
  });

  it('want https unless the host is localhost', () => {
    expect(faultsOf({ ...good, PUBLIC_URL: 'https://sso.example.com' })).toEqual([]);
    expect(faultsOf({ ...good, PUBLIC_URL: 'http://localhost:8080' })).toEqual([]);
    expect(faultsOf({ ...good, PUBLIC_URL: 'http://sso.example.com' })).toEqual([
      'PUBLIC_URL must begin with https:// unless its host is localhost',
    ]);
    expect(faultsOf({ ...good, PUBLIC_URL: 'http://localhost.evil.test' })).toHaveLength(1);
  });

  it('read a secret from the file that NAME_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'gatehouse-settings-')), 'keys');
    writeFileSync(file, 'a-key-from-a-file\n');
    const { SIGNING_KEYS: _, ...rest } = good;
    expect(readSettings({ ...rest, SIGNING_KEYS_FILE: file }, extra, defaults).SIGNING_KEYS).toBe(
      'a-key-from-a-file',
    );
    expect(faultsOf({ ...rest, SIGNING_KEYS_FILE: `${file}.gone` })).toContain(
      'SIGNING_KEYS_FILE names a file that cannot be read',
    );
  });
});
