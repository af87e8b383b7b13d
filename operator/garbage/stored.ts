/**
 * Removes stored objects that nobody names. It looks when a Revision or LayerVersion has gone, and on a round of its own; first by
 * what the watches know, and only what they know no name for is looked for in fresh lists: in an idle cluster nothing is listed.
 */
import { parseLayerVersion } from "../../crds/layerversion/schema.ts";
import { parseRevision } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { StoreDep, StoredObject } from "../../kernel/store/store.ts";
import type { CodeMemory } from "../function/memory.ts";
import { listen } from "../listen.ts";
import type { OperatorMetrics } from "../metrics.ts";
import type { Watches } from "../watches.ts";
import { planObjects } from "./objects.ts";

export type StoredDeps = KubeDep &
  ClockDep &
  LogDep &
  StoreDep & {
    watches: Pick<Watches, "revisions" | "layerVersions">;
    metrics: Pick<OperatorMetrics, "garbageRemoved">;
    memory: Pick<CodeMemory, "held">;
  };

/** What was stored and never named (a process killed in between) is looked for this often. */
export const objectsRoundMs = 600_000;

/** Called on every round of garbage; the listening lasts as long as the signal. */
export function createStoredCollection(deps: StoredDeps, signal: AbortSignal): () => Promise<void> {
  const { clock, watches } = deps;
  let dueMs = 0;
  const soon = (_key: string, now: object | undefined) => {
    if (now === undefined) dueMs = 0;
  };
  listen(watches.revisions, signal, soon);
  listen(watches.layerVersions, signal, soon);
  return async () => {
    const nowMs = clock.monotonicMs();
    if (nowMs < dueMs) return;
    // Set before anything is read: what goes meanwhile makes it due again.
    dueMs = nowMs + objectsRoundMs;
    try {
      dueMs = Math.min(dueMs, nowMs + (await collect(deps)));
    } catch (error) {
      dueMs = 0;
      throw error;
    }
  };
}

/**
 * Returns after how long some object may have to go, as things are now. The order matters: what is held, then what is stored, then
 * who names it. Read the other way, a new object could look unnamed.
 */
async function collect({ kube, clock, log, store, watches, metrics, memory }: StoredDeps): Promise<number> {
  const held = new Set(memory.held());
  const stored = await store.list();
  const judge = (objects: readonly StoredObject[], by: Parameters<typeof planObjects>[0]["by"]) =>
    planObjects({
      nowMs: clock.nowMs(),
      stored: objects,
      by,
      held: new Set([...held, ...memory.held()]),
    });
  const known = { revisions: watches.revisions.list(), layerVersions: watches.layerVersions.list() };
  const { remove: unnamed, againMs } = judge(stored, known);
  if (unnamed.length === 0) return againMs;
  const revisions = (await kube.list(resources.revisions, {})).items.map(parseRevision);
  const layerVersions = (await kube.list(resources.layerVersions, {})).items.map(parseLayerVersion);
  for (const { name } of judge(unnamed, { revisions, layerVersions }).remove) {
    log.info("removing code that no Revision or LayerVersion names", { object: name });
    await store.remove(name);
    metrics.garbageRemoved.inc({ what: "object" });
  }
  return againMs;
}
