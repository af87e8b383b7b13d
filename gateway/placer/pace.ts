/** Rates over time, without a timer: buckets that fill as time passes, and the growth of concurrency beyond what was lately in use. */

/** Tokens left at a moment; a new one is full. */
export interface Bucket {
  tokens: number;
  atMs: number;
}

export interface Pace {
  /** Tokens that may gather. */
  capacity: number;
  perSecond: number;
}

export function emptyBucket(): Bucket {
  return { tokens: Number.POSITIVE_INFINITY, atMs: 0 };
}

/** Takes a token and returns undefined, or leaves it and returns when there will be one, in ms. */
export function takeToken(bucket: Bucket, pace: Pace, nowMs: number): number | undefined {
  const waitMs = lookForToken(bucket, pace, nowMs);
  if (waitMs === undefined) bucket.tokens -= 1;
  return waitMs;
}

/** Like `takeToken`, and takes none. */
export function lookForToken(
  bucket: Bucket,
  { capacity, perSecond }: Pace,
  nowMs: number,
): number | undefined {
  const gained = ((nowMs - bucket.atMs) / 1000) * perSecond;
  bucket.tokens = Math.min(capacity, bucket.tokens + Math.max(0, gained));
  bucket.atMs = nowMs;
  if (bucket.tokens >= 1) return undefined;
  return perSecond > 0 ? ((1 - bucket.tokens) / perSecond) * 1000 : Number.POSITIVE_INFINITY;
}

/**
 * The highest concurrency of this period and the one before. Using again what was in use then costs nothing; going beyond it takes
 * a token for each step.
 */
export interface Growth {
  bucket: Bucket;
  high: number;
  highBefore: number;
  sinceMs: number;
}

export function emptyGrowth(): Growth {
  return { bucket: emptyBucket(), high: 0, highBefore: 0, sinceMs: 0 };
}

/** May `inFlight` more by one? Undefined when it may, and is counted; else when to try again, in ms. */
export function grow(
  growth: Growth,
  pace: Pace & { periodMs: number },
  inFlight: number,
  nowMs: number,
): number | undefined {
  if (nowMs - growth.sinceMs >= pace.periodMs) {
    growth.highBefore = nowMs - growth.sinceMs >= 2 * pace.periodMs ? inFlight : growth.high;
    growth.high = inFlight;
    growth.sinceMs = nowMs;
  }
  const next = inFlight + 1;
  if (next > Math.max(growth.high, growth.highBefore)) {
    const waitMs = takeToken(growth.bucket, pace, nowMs);
    if (waitMs !== undefined) return waitMs;
  }
  growth.high = Math.max(growth.high, next);
  return undefined;
}
