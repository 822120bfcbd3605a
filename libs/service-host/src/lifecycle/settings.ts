import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

const port = z.coerce.number('must be a port number').int().min(0).max(65535);
const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

/** Settings of every service; see the table in the README. */
export const commonSettings = z.object({
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: port,
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL, for example https://sso.example.com', abort: true })
    .refine(
      (url) => new URL(url).protocol === 'https:' || isLocal(url),
      'must begin with https:// unless its host is localhost',
    )
    .transform((url) => new URL(url).origin),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'must be a PostgreSQL URL: postgres://user:password@host:5432/database',
  }),
  DATABASE_DIRECT_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(8),
  KAFKA_BROKERS: list.optional(),
  KAFKA_SSL: flag.default(false),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  /** Superuser-free URL of the embedded bus's schema; only where there is no Kafka. */
  BUS_DATABASE_URL: z.url().optional(),
  MIGRATE: flag.default(true),
  TRUSTED_PROXIES: list
    .refine(
      (proxies) => proxies.every(isProxy),
      'must be IP addresses or networks, separated by commas: 10.0.0.1,192.168.0.0/16',
    )
    .default([]),
  GATEWAY_JWKS_URL: z.url().default('http://localhost:8080/.well-known/jwks.json'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']),
  METRICS_PORT: port,
});

export type CommonSettings = z.output<typeof commonSettings>;

/** The environment is wrong; `message` names every fault, a line each, and no value that may be secret. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`These settings are not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/** Parses all settings together; `NAME_FILE` names a file that holds the value of `NAME`. @throws SettingsError */
export function readSettings<S extends z.ZodRawShape>(
  env: Environment,
  extra: z.ZodObject<S>,
  defaults: { port: number; metricsPort: number },
): CommonSettings & z.output<z.ZodObject<S>> {
  const faults: string[] = [];
  const withFiles = readFiles(env, faults);
  const portValue = withFiles['PORT'] ?? String(defaults.port);
  const input = {
    ...withFiles,
    PORT: portValue,
    PUBLIC_URL:
      withFiles['PUBLIC_URL'] ?? `http://localhost:${/^\d+$/.test(portValue) ? portValue : defaults.port}`,
    METRICS_PORT: withFiles['METRICS_PORT'] ?? String(defaults.metricsPort),
    LOG_FORMAT: withFiles['LOG_FORMAT'] ?? (process.stdout.isTTY ? 'pretty' : 'json'),
  };
  const common = commonSettings.safeParse(input);
  const own = extra.safeParse(input);
  for (const result of [common, own]) {
    if (!result.success) faults.push(...result.error.issues.map((issue) => explain(issue, input)));
  }
  if (faults.length > 0 || !common.success || !own.success) throw new SettingsError([...new Set(faults)]);
  return { ...common.data, ...own.data };
}

function explain(issue: z.core.$ZodIssue, input: Record<string, unknown>): string {
  const name = String(issue.path[0] ?? 'settings');
  return input[name] === undefined
    ? `${name} is missing`
    : `${name} ${issue.message.startsWith('must') ? issue.message : `is not valid: ${issue.message}`}`;
}

function readFiles(env: Environment, faults: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value === '') continue;
    if (
      !/^(SIGNING_KEYS|SEALING_KEYS|OPERATOR_TOKEN|DATABASE_URL|DATABASE_DIRECT_URL|KAFKA_SASL_PASSWORD|SMTP_URL)_FILE$/.test(
        name,
      )
    ) {
      values[name] ??= value;
      continue;
    }
    try {
      values[name.slice(0, -'_FILE'.length)] = readFileSync(value, 'utf8').trim();
    } catch {
      faults.push(`${name} names a file that cannot be read`);
    }
  }
  return values;
}

/** What Fastify takes for `trustProxy`. */
function isProxy(given: string): boolean {
  if (given === 'loopback' || given === 'linklocal' || given === 'uniquelocal') return true;
  const [address = '', bits, ...rest] = given.split('/');
  const width = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
  return width > 0 && rest.length === 0 && length > 0 && length <= width;
}

/** http is for localhost alone: everything else that a browser or an identity provider sees is https. */
export function isLocal(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' ||
    hostname === '127.0.0.1' ||
    hostname === '[::1]' ||
    hostname.endsWith('.localhost')
  );
}
