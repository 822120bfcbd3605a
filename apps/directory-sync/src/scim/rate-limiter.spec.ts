import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

describe('rate limit', () => {
  it('lets a burst of twice the rate through, then the rate', () => {
    let now = 0;
    const limiter = new RateLimiter(25, () => now);
    const taken = (count: number) =>
      Array.from({ length: count }, () => limiter.take('a')).filter((wait) => wait === 0).length;
    expect(taken(60)).toBe(50);
    expect(limiter.take('a')).toBe(1);
    expect(limiter.take('b')).toBe(0);
    now = 1000;
    expect(taken(60)).toBe(25);
  });

  it('never refuses a client that keeps to the rate', () => {
    let now = 0;
    const limiter = new RateLimiter(25, () => now);
    for (let request = 0; request < 1_000; request += 1) {
      now += 40;
      expect(limiter.take('a')).toBe(0);
    }
  });
});
