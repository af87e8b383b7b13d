/**
 * Counts by function and version, cheap to add to: plain numbers, found by one look-up. Only the functions invoked lately have
 * series of their own; the counts of the others are summed, so that the number of series is bounded.
 */

export type SeriesLabels = {
  namespace: string;
  function: string;
  version: string;
};

export interface Series {
  labels: SeriesLabels;
  invocations: number;
  errors: number;
  /** By reason. */
  throttles: Map<string, number>;
  duration: Distribution;
  init: Distribution;
}

/** A histogram: counts up to each bound, and beyond the last. */
export interface Distribution {
  counts: number[];
  sum: number;
}

export interface SeriesBook {
  of(key: string, labels: () => SeriesLabels): Series;
  all(): Iterable<Series>;
}

export const durationBounds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900,
];
/** A phase of a cold start: from a fraction of a millisecond to an image pull. */
export const phaseBounds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
export const initBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Label values of the sum of all functions without series of their own. */
export const otherLabels: SeriesLabels = { namespace: "", function: "_other", version: "" };

export function createSeriesBook(seriesMax: number): SeriesBook {
  const book = new Map<string, Series>();
  const others = emptySeries(otherLabels);
  let othersUsed = false;
  return {
    of(key, labels) {
      const known = book.get(key);
      if (known !== undefined) {
        // Re-inserting keeps the map in order of use, but costs; only when it may matter.
        if (book.size * 2 > seriesMax) {
          book.delete(key);
          book.set(key, known);
        }
        return known;
      }
      const made = emptySeries(labels());
      book.set(key, made);
      for (const [oldest, series] of book) {
        if (book.size <= seriesMax) break;
        book.delete(oldest);
        add(others, series);
        othersUsed = true;
      }
      return made;
    },
    *all() {
      yield* book.values();
      if (othersUsed) yield others;
    },
  };
}

export function observe(distribution: Distribution, bounds: readonly number[], seconds: number): void {
  const found = bounds.findIndex((bound) => seconds <= bound);
  const index = found < 0 ? bounds.length : found;
  distribution.counts[index] = (distribution.counts[index] ?? 0) + 1;
  distribution.sum += seconds;
}

export function emptyDistribution(bounds: readonly number[]): Distribution {
  return { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
}

function emptySeries(labels: SeriesLabels): Series {
  return {
    labels,
    invocations: 0,
    errors: 0,
    throttles: new Map(),
    duration: emptyDistribution(durationBounds),
    init: emptyDistribution(initBounds),
  };
}

function add(into: Series, one: Series): void {
  into.invocations += one.invocations;
  into.errors += one.errors;
  for (const [reason, count] of one.throttles)
    into.throttles.set(reason, (into.throttles.get(reason) ?? 0) + count);
  addDistribution(into.duration, one.duration);
  addDistribution(into.init, one.init);
}

function addDistribution(into: Distribution, one: Distribution): void {
  one.counts.forEach((count, index) => {
    into.counts[index] = (into.counts[index] ?? 0) + count;
  });
  into.sum += one.sum;
}
