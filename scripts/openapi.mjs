import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { declaredOperations, openApiDocument } from '@gatehouse/service-host';

/**
 * Writes the OpenAPI document of all services together, from the operations that their built code declares; with
 * `--check`, says whether the committed one is up to date.
 */
const FILE = new URL('../libs/api-client/openapi.json', import.meta.url);

for (const service of ['account', 'auth-gateway', 'directory-sync', 'sso-config'])
  await import(`@gatehouse/${service}`);
const document = openApiDocument(declaredOperations(), { title: 'Gatehouse', version: '1.0.0' });
const text = await format(JSON.stringify(document), {
  ...(await resolveConfig(FILE.pathname)),
  parser: 'json',
});

if (!process.argv.includes('--check')) await writeFile(FILE, text);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== text) {
  process.stderr.write(
    'libs/api-client/openapi.json is not what the code declares. Run "npm run openapi" and commit what it writes.\n',
  );
  process.exitCode = 1;
}
