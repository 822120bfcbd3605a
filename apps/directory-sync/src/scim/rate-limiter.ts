interface Bucket {
  tokens: number;
  at: number;
}

const MAX_BUCKETS = 10_000;

/** A token bucket for each key: `perSecond` on average, twice that at once. Of this process; replicas count for themselves. */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly perSecond: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** 0 where the request may go on, else whole seconds until the next may. */
  take(key: string): number {
    const now = this.clock();
    const capacity = this.perSecond * 2;
    const bucket = this.buckets.get(key) ?? { tokens: capacity, at: now };
    const filled = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    const isAllowed = filled >= 1;
    this.remember(key, { tokens: isAllowed ? filled - 1 : filled, at: now });
    return isAllowed ? 0 : Math.max(1, Math.ceil((1 - filled) / this.perSecond));
  }

  private remember(key: string, bucket: Bucket): void {
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > MAX_BUCKETS && oldest !== undefined) this.buckets.delete(oldest);
  }
}
