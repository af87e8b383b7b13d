/**
 * Counts by function and version, cheap to add to: plain numbers, found by one look-up. A bounded number of them have series of
 * their own; the others are counted in one sum, whatever their number.
 */

import { labelsText } from "./labels.ts";
import { otherName } from "./largest.ts";

export type SeriesLabels = {
  namespace: string;
  function: string;
  version: string;
};

export interface Series {
  labels: SeriesLabels;
  /** The labels as Prometheus reads them. */
  text: string;
  invocations: number;
  errors: number;
  /** Ran in a provisioned environment, or in another although the version has some. */
  provisioned: number;
  spilledOver: number;
  /** By reason. */
  throttles: Map<string, number>;
  duration: Distribution;
  init: Distribution;
  usedInScrape: number;
}

/** A histogram: counts up to each bound, and beyond the last. */
export interface Distribution {
  counts: number[];
  sum: number;
}

export interface SeriesBook {
  of(key: string, labels: () => SeriesLabels): Series;
  /** A scrape begins. */
  scraped(): void;
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
export const otherLabels: SeriesLabels = { namespace: "", function: otherName, version: "" };

/**
 * A function keeps its place for as long as it is used: were the place the latest user's, many functions in turn would each come and
 * go, and every coming is a series for Prometheus to remember. Whoever finds no place is counted in the sum.
 */
export function createSeriesBook(options: { functionsMax: number; idleScrapesMax: number }): SeriesBook {
  const book = new Map<string, Series>();
  const others = emptySeries(otherLabels);
  let othersUsed = false;
  let scrape = 0;
  return {
    of(key, labels) {
      const known = book.get(key);
      if (known !== undefined) {
        known.usedInScrape = scrape;
        return known;
      }
      if (book.size >= options.functionsMax) {
        othersUsed = true;
        return others;
      }
      const made = emptySeries(labels());
      made.usedInScrape = scrape;
      book.set(key, made);
      return made;
    },
    scraped() {
      scrape++;
      if (book.size < options.functionsMax) return;
      // All it counted was shown in the scrapes since.
      for (const [key, { usedInScrape }] of book)
        if (scrape - usedInScrape > options.idleScrapesMax) book.delete(key);
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
    text: labelsText(labels),
    invocations: 0,
    errors: 0,
    provisioned: 0,
    spilledOver: 0,
    throttles: new Map(),
    duration: emptyDistribution(durationBounds),
    init: emptyDistribution(initBounds),
    usedInScrape: 0,
  };
}
