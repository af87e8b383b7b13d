/** Invocations that say when they began and ended, by the clock of their node: how many ran at once, measured where they ran. */

export interface Span {
  beganMs: number;
  endedMs: number;
}

/** The inside of a handler whose invocations say so: in its environment's log as they happen, and in the answer. */
export const spanBody = `const say = (edge, atMs) => console.log(["span", context.awsRequestId, edge, atMs].join(" "));
  const beganMs = Date.now();
  say("began", beganMs);
  await new Promise((resolve) => setTimeout(resolve, event.ms ?? 150));
  const endedMs = Date.now();
  say("ended", endedMs);
  return { beganMs, endedMs };`;

/** What an environment's log says of its invocations, by request id; those without an end are still running, or were cut off. */
export function spansOf(log: string): Map<string, Partial<Span>> {
  const spans = new Map<string, Partial<Span>>();
  for (const [, id = "", edge, atMs] of log.matchAll(/\bspan (\S+) (began|ended) (\d+)$/gm))
    spans.set(id, {
      ...spans.get(id),
      ...(edge === "began" ? { beganMs: Number(atMs) } : { endedMs: Number(atMs) }),
    });
  return spans;
}

/** How many ran at once at the most. */
export function overlap(spans: readonly Span[]): number {
  const edges = spans.flatMap(({ beganMs, endedMs }) => [
    { atMs: beganMs, by: 1 },
    { atMs: endedMs, by: -1 },
  ]);
  // An end and a beginning in the same millisecond are one after the other.
  edges.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
