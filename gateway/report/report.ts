/**
 * Tells the Revision how its environments fare; the operator carries it on to the Function and its Events. Off the invoke
 * path: findings are kept by Revision, the newest of a kind only, and written by few workers. That all is well, which is known while
 * the first invocation is on its way, waits until that has its answer: API server and operator would take its processor.
 */

import { conditionTypes } from "../../crds/conditions.ts";
import { apiVersion } from "../../crds/fields/metadata.ts";
import { fieldManagers } from "../../crds/labels.ts";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { type Again, createQueue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import { readKey } from "../../kernel/reflector/cache.ts";
import type { StartFailure } from "../placer/attempt.ts";
import { reportLimits } from "./limits.ts";
import { type Findings, planStatus } from "./plan.ts";

export interface Reporter {
  initialized(revisionKey: string, report: HeadOf<ToGateway, "initialized">): void;
  startFailed(revisionKey: string, failure: StartFailure): void;
  started(revisionKey: string): void;
  start(signal: AbortSignal): Promise<void>;
}

const workersMax = 2;
const types = [conditionTypes.Invocable, conditionTypes.Schedulable] as const;
type Told = (typeof types)[number];

export type ReporterDeps = KubeDep &
  ClockDep &
  RandomDep &
  LogDep & { revision(key: string): RevisionObject | undefined };

export function createReporter(deps: ReporterDeps): Reporter {
  const findings = new Map<string, { told: Findings; dueMs: number }>();
  // Said by this gateway and not taken back: the watch may not have told of it yet.
  const bad = new Set<string>();
  const handle = async (key: string): Promise<Again> => {
    const found = findings.get(key);
    const earlyMs = (found?.dueMs ?? 0) - deps.clock.monotonicMs();
    if (found !== undefined && earlyMs > 0) return { again: "after", ms: earlyMs };
    // Read anew: what was written last may not have come by the watch, and good news is judged against it.
    const raw = found === undefined ? undefined : await deps.kube.get(resources.revisions, readKey(key));
    const revision = raw === undefined ? undefined : parseRevision(raw);
    if (found === undefined || revision === undefined) {
      findings.delete(key);
      for (const type of types) bad.delete(`${key} ${type}`);
      return { again: "never" };
    }
    const { metadata } = revision;
    const now = instantOf(deps.clock.nowMs());
    const status = planStatus(revision.status, found.told, metadata.generation, now);
    if (status !== undefined) await write(revision, status);
    // What came in meanwhile stays for the next turn.
    if (findings.get(key) === found) findings.delete(key);
    return { again: "never" };
  };
  const write = async (
    { metadata: { name, namespace } }: RevisionObject,
    status: RevisionObject["status"],
  ) => {
    const intent = { apiVersion, kind: "Revision", metadata: { name, namespace }, status };
    try {
      await deps.kube.applyStatus(resources.revisions, intent, fieldManagers.gateway);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  };
  const queue = createQueue(deps, { name: "environment reports", workersMax, handle });
  const note = (key: string, finding: Findings, afterMs = 0) => {
    const before = findings.get(key);
    const dueMs = Math.min(before?.dueMs ?? Number.POSITIVE_INFINITY, deps.clock.monotonicMs() + afterMs);
    findings.set(key, { told: { ...before?.told, ...finding }, dueMs });
    queue.add(key);
  };
  const noteBad = (key: string, type: Told, finding: Findings) => {
    bad.add(`${key} ${type}`);
    note(key, finding);
  };
  /** Good news is news only where none was told yet, or bad was. */
  const noteGood = (key: string, type: Told, finding: Findings) => {
    const revision = deps.revision(key);
    const condition = revision?.status.conditions.find((one) => one.type === type);
    const wasBad = bad.delete(`${key} ${type}`) || condition?.status === "False";
    if (wasBad) note(key, finding);
    else if (revision !== undefined && condition?.status !== "True")
      note(key, finding, reportLimits.firstWordMs);
  };
  return {
    initialized(key, { status, error, logTail }) {
      if (status === "success") {
        noteGood(key, conditionTypes.Invocable, { init: { ok: true } });
        return;
      }
      const said = error ?? { errorType: "Sandbox.Timedout", errorMessage: "INIT did not end in time." };
      noteBad(key, conditionTypes.Invocable, { init: { ok: false, failure: { ...said, logTail } } });
    },
    startFailed: (key, failure) => noteBad(key, conditionTypes.Schedulable, { pods: { ok: false, failure } }),
    started: (key) => noteGood(key, conditionTypes.Schedulable, { pods: { ok: true } }),
    start: (signal) => queue.start(signal),
  };
}
