import { describe, expect, it } from 'vitest';
import { relativeTime } from './time';

const now = new Date('2026-11-24T12:00:00Z');

describe('relative time', () => {
  it.each([
    ['2026-11-24T11:50:00Z', '10 minutes ago'],
    ['2026-11-24T11:59:30Z', 'just now'],
    ['2026-11-24T15:30:00Z', 'in 3 hours'],
    ['2026-11-25T12:00:00Z', 'tomorrow'],
    ['2027-06-26T12:00:00Z', 'in 214 days'],
  ])('says %s as "%s"', (time, words) => {
    expect(relativeTime(new Date(time), now)).toBe(words);
  });
});
