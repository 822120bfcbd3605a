import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('answers what the assertion returns, once it stops throwing', async () => {
    let calls = 0;
    const value = await eventually(() => {
      calls += 1;
      expect(calls).toBeGreaterThan(2);
      return 'there';
    });
    expect(value).toBe('there');
    expect(calls).toBe(3);
  });

  it('throws the last failure when the time is over', async () => {
    const never = eventually(() => expect('is').toBe('expected'), { timeoutMs: 60 });
    await expect(never).rejects.toThrow(/expected 'is' to be 'expected'/);
  });
});
