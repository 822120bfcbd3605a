import { describe, expect, it } from 'vitest';
import { safeReturnTo } from './return-to.js';

describe('safeReturnTo', () => {
  it.each(['/', '/app', '/app/page?x=1&y=//z#part', '/ü'])('%s stays on our origin', (path) => {
    expect(safeReturnTo(path)).toBe(path);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'https://evil.example',
    'https:evil.example',
    '\\\\evil',
    'app',
    '',
    undefined,
    ['/a'],
    '/'.padEnd(2_001, 'a'),
  ])('%s is refused', (value) => {
    expect(safeReturnTo(value)).toBeUndefined();
  });
});
