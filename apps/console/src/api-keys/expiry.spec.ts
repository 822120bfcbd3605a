import { describe, expect, it } from 'vitest';
import { expiryFrom } from './expiry';

const now = new Date('2026-11-24T12:00:00Z');

describe('expiry of an API key', () => {
  it('is that many days from now', () => {
    expect(expiryFrom('30', now)).toBe('2026-12-24T12:00:00.000Z');
  });

  it('is left out for never', () => {
    expect(expiryFrom('never', now)).toBeUndefined();
  });
});
