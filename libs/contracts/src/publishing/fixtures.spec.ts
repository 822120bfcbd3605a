import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { allEvents } from '../events/catalogue.js';
import { schemaFile } from './json-schema.js';
import { findBreakingChanges, findStaleFiles } from './publish.js';

const PACKAGE = join(import.meta.dirname, '../..');
const fixturesOf = (type: string): string[] =>
  readdirSync(join(PACKAGE, 'fixtures', type)).map((file) => join(PACKAGE, 'fixtures', type, file));

describe('published events', () => {
  it('are told apart by their type alone', () => {
    expect(new Set(allEvents.map((event) => event.type)).size).toBe(allEvents.length);
  });

  it.each(allEvents.map((event) => [event.type, event] as const))(
    '%s parses every fixture that was ever published',
    (type, event) => {
      const fixtures = fixturesOf(type);
      expect(fixtures.length).toBeGreaterThan(0);
      for (const file of fixtures) {
        const data = JSON.parse(readFileSync(file, 'utf8')) as { id?: string };
        expect(event.schema.parse(data)).toEqual(data);
        expect(event.key(data)).toMatch(/^[\w.-]+$/);
      }
    },
  );

  it.each(allEvents.map((event) => [event.type, event] as const))(
    '%s fixtures fit the committed JSON Schema, and none without its members does',
    (type, event) => {
      const { $schema: _, ...schema } = JSON.parse(
        readFileSync(join(PACKAGE, 'schemas', schemaFile(event)), 'utf8'),
      ) as Record<string, unknown>;
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
      for (const file of fixturesOf(type))
        expect(validate(JSON.parse(readFileSync(file, 'utf8'))), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({})).toBe(false);
    },
  );

  it('take nothing away from consumers of the committed schemas, which are up to date with their documentation', async () => {
    expect(await findBreakingChanges()).toEqual([]);
    expect(await findStaleFiles()).toEqual([]);
  });

  it('have a valid AsyncAPI document', async () => {
    const text = readFileSync(join(PACKAGE, '../../docs/events/asyncapi.yaml'), 'utf8');
    const { document, diagnostics } = await new Parser().parse(text);
    expect(
      diagnostics
        .filter(({ severity }) => Number(severity) === 0)
        .map(({ message, path }) => `${path.join('.')}: ${message}`),
    ).toEqual([]);
    expect(document?.channels().length).toBeGreaterThan(8);
  });
});
