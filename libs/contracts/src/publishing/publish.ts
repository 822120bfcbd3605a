import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { allEvents } from '../events/catalogue.js';
import { asyncApiDocument } from './asyncapi.js';
import { breakingChanges } from './compatibility.js';
import { schemaFile, schemaOf, type JsonSchema } from './json-schema.js';
import { eventsPage } from './page.js';

const PACKAGE = join(import.meta.dirname, '../..');
const DOCS = join(PACKAGE, '../../docs/events');

/** Everything that is generated from the events, by file. */
function generated(): Map<string, string> {
  const files = new Map(
    allEvents.map((event) => [
      join(PACKAGE, 'schemas', schemaFile(event)),
      `${JSON.stringify(schemaOf(event), null, 2)}\n`,
    ]),
  );
  files.set(
    join(DOCS, 'asyncapi.yaml'),
    stringify(asyncApiDocument(allEvents, '1.0.0'), { aliasDuplicateObjects: false, lineWidth: 0 }),
  );
  files.set(join(DOCS, 'README.md'), eventsPage(allEvents));
  return files;
}

/** What the events of this tree take away from consumers of the committed schemas. */
export async function findBreakingChanges(): Promise<string[]> {
  const found: string[] = [];
  for (const event of allEvents) {
    const published = await readFile(join(PACKAGE, 'schemas', schemaFile(event)), 'utf8').catch(
      () => undefined,
    );
    if (published === undefined) continue;
    found.push(
      ...breakingChanges(JSON.parse(published) as JsonSchema, schemaOf(event)).map(
        (change) => `${event.type} on ${event.topic.name}: ${change}`,
      ),
    );
  }
  return found;
}

/** Files that are not what the events of this tree generate. */
export async function findStaleFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const [file, text] of generated()) {
    if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) stale.push(file);
  }
  return stale;
}

export async function writeGenerated(): Promise<void> {
  for (const [file, text] of generated()) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
