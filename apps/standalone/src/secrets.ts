import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from './data-dir.js';
import { StartError } from './start-error.js';
import { z } from 'zod';

const secretsSchema = z.object({
  operatorToken: z.string(),
  signingKeys: z.string(),
  sealingKeys: z.string(),
  postgresPassword: z.string(),
  rolePassword: z.string(),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** The keys and tokens that standalone makes at its first start and keeps, readable by its user only. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unwritable(dataDir, error);
  });
  if (text === undefined) return makeSecrets(file, dataDir);
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(
      `${file} is damaged: it holds this installation's keys. Restore it from a backup, or empty everything by "npm start -- --reset".`,
    );
  }
}

async function makeSecrets(file: string, dataDir: string): Promise<Secrets> {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const secrets: Secrets = {
    operatorToken: `gh_operator_${random()}`,
    signingKeys: JSON.stringify([jwk]),
    sealingKeys: random(),
    postgresPassword: random(),
    rolePassword: random(),
  };
  // Whole or not at all: a full disk or a kill must not leave half a file, which no later start could use.
  const draft = `${file}.new`;
  try {
    await rm(draft, { force: true });
    await writeFile(draft, JSON.stringify(secrets, null, 2), { mode: 0o600, flush: true });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw unwritable(dataDir, error);
  }
  return secrets;
}

function random(): string {
  return randomBytes(32).toString('base64url');
}
