/**
 * What a reflector does next, purely: list, watch from a version, or wait before either. It never ends: every happening
 * leads to another attempt.
 */

export type Phase =
  | { phase: "list"; failures: number }
  | { phase: "watch"; resourceVersion: string; failures: number; heard: boolean }
  | { phase: "wait"; failures: number; after: { list: true } | { watchFrom: string } };

export type Happening =
  | { happened: "listed"; resourceVersion: string }
  /** An event or a bookmark: the server is there, and this is how far we are. */
  | { happened: "heard"; resourceVersion: string }
  /** The server closed the watch in order. */
  | { happened: "ended" }
  /** No answer, a broken stream, or silence for too long. */
  | { happened: "broken" }
  /** 410: the version asked for is no longer kept. */
  | { happened: "expired" }
  | { happened: "waited" };

export const start: Phase = { phase: "list", failures: 0 };

export function next(now: Phase, happening: Happening): Phase {
  switch (now.phase) {
    case "list":
      return afterList(now, happening);
    case "watch":
      return afterWatch(now, happening);
    case "wait":
      if (happening.happened !== "waited") return now;
      return "list" in now.after
        ? { phase: "list", failures: now.failures }
        : { phase: "watch", resourceVersion: now.after.watchFrom, failures: now.failures, heard: false };
  }
}

function afterList(now: Phase & { phase: "list" }, happening: Happening): Phase {
  if (happening.happened === "listed") {
    return { phase: "watch", resourceVersion: happening.resourceVersion, failures: 0, heard: false };
  }
  return { phase: "wait", failures: now.failures + 1, after: { list: true } };
}

function afterWatch(now: Phase & { phase: "watch" }, happening: Happening): Phase {
  switch (happening.happened) {
    case "heard":
      return { ...now, resourceVersion: happening.resourceVersion, failures: 0, heard: true };
    case "ended":
      // A watch that ended before a single bookmark may be refused quietly by something in between: not at once again.
      return now.heard ? { ...now, heard: false } : waitThenWatch(now);
    case "broken":
      return waitThenWatch(now);
    case "expired":
      return now.failures === 0
        ? { phase: "list", failures: 0 }
        : { phase: "wait", failures: now.failures, after: { list: true } };
    case "listed":
    case "waited":
      return now;
  }
}

function waitThenWatch(now: Phase & { phase: "watch" }): Phase {
  return { phase: "wait", failures: now.failures + 1, after: { watchFrom: now.resourceVersion } };
}

/** First wait after a failure; doubled for each further one. */
export const backoffMsMin = 200;
export const backoffMsMax = 30_000;

export function backoffMs(failures: number): number {
  return Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(failures - 1, 20));
}
