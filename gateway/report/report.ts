/**
 * Tells the Revision how its environments fare; the operator carries it on to the Function and its Events. Off the invoke
 * path: findings are kept by Revision, the newest of a kind only, and written by few workers.
 */

import { apiVersion } from "../../crds/fields/metadata.ts";
import { fieldManagers } from "../../crds/labels.ts";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { type Again, createQueue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { StartFailure } from "../placer/attempt.ts";
import { type Findings, planStatus } from "./plan.ts";

export interface Reporter {
  initialized(revisionKey: string, report: HeadOf<ToGateway, "initialized">): void;
  startFailed(revisionKey: string, failure: StartFailure): void;
  started(revisionKey: string): void;
  start(signal: AbortSignal): Promise<void>;
}

const workersMax = 2;

export type ReporterDeps = KubeDep &
  ClockDep &
  RandomDep &
  LogDep & { revision(key: string): RevisionObject | undefined };

export function createReporter(deps: ReporterDeps): Reporter {
  const findings = new Map<string, Findings>();
  const handle = async (key: string): Promise<Again> => {
    const found = findings.get(key);
    const revision = deps.revision(key);
    if (found === undefined || revision === undefined) {
      findings.delete(key);
      return { again: "never" };
    }
    const { metadata } = revision;
    const now = instantOf(deps.clock.nowMs());
    const status = planStatus(revision.status, found, metadata.generation, now);
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
  const note = (key: string, finding: Findings) => {
    findings.set(key, { ...findings.get(key), ...finding });
    queue.add(key);
  };
  return {
    initialized(key, { status, error, logTail }) {
      if (status === "success") {
        if (needsWord(deps.revision(key), "Invocable")) note(key, { init: { ok: true } });
        return;
      }
      const said = error ?? { errorType: "Sandbox.Timedout", errorMessage: "INIT did not end in time." };
      note(key, { init: { ok: false, failure: { ...said, logTail } } });
    },
    startFailed: (key, failure) => note(key, { pods: { ok: false, failure } }),
    started(key) {
      if (needsWord(deps.revision(key), "Schedulable")) note(key, { pods: { ok: true } });
    },
    start: (signal) => queue.start(signal),
  };
}

/** Good news is news only where none was told yet, or bad was. */
function needsWord(revision: RevisionObject | undefined, type: string): boolean {
  const condition = revision?.status.conditions.find((one) => one.type === type);
  return revision !== undefined && condition?.status !== "True";
}
