/** Runs one assigned function: INIT, INVOKE, reset, SHUTDOWN, each with its log lines and its report. */
import type { Assignment, HeadOf, ToEnvironment, ToGateway } from "../../../crds/link/messages.ts";
import type { ShutdownReason } from "../extensions/event.ts";
import type { ExtensionSession } from "../extensions/session.ts";
import { initMsMax, logTailBytesMax, provisionedInitMsMin } from "../limits.ts";
import type { Replies } from "../link/replies.ts";
import type { InitPhase } from "../log/event.ts";
import type { Journal } from "../log/journal.ts";
import { createTail } from "../log/tail.ts";
import { emptyFolder, emptySharedMemory } from "../process/storage.ts";
import type { Session } from "../runtime-api/session.ts";
import { measure } from "../telemetry/measure.ts";
import type { Taken } from "./ahead.ts";
import { deliveryHeaders } from "./delivery.ts";
import { type Generation, type GenerationDeps, startGeneration } from "./generation.ts";
import { awaitInit, type InitOutcome } from "./init.ts";
import { type InvokeOutcome, invoke } from "./invoke.ts";
import type { GenerationPlan } from "./plan.ts";
import { initStart } from "./runtime-version.ts";
import { tellInit } from "./story.ts";

export interface RunnerDeps extends GenerationDeps {
  journal: Journal;
}

export type InvokeHead = HeadOf<ToEnvironment, "invoke">;
type Initialized = HeadOf<ToGateway, "initialized">;

export type InitFacts = Pick<
  Initialized,
  "status" | "initMs" | "error" | "logTail" | "processStartMs" | "process"
>;

/** What is told of an invocation to the placer, whoever asked for it. */
export type RunFacts = Pick<HeadOf<ToGateway, "end">, "cpuWaitMs">;

export interface Runner {
  session(): Session | undefined;
  extensions(): ExtensionSession | undefined;
  /** The INIT phase, in the process started ahead if there is one. A failed one leaves no process; the next invocation repeats it. */
  initialize(ahead: Taken | undefined): Promise<InitFacts>;
  run(head: InvokeHead, payload: Uint8Array, replies: Replies): Promise<RunFacts>;
  stop(): Promise<void>;
}

export function createRunner(deps: RunnerDeps, assignment: Assignment, plan: GenerationPlan): Runner {
  const { clock, journal } = deps;
  let generation: Generation | undefined;
  /** Init Duration of the next report: that of a successful INIT phase, told once. */
  let initMs: number | undefined;

  function start(phase: InitPhase, ahead?: Taken): Generation {
    generation = startGeneration(deps, plan, journal, ahead);
    // What its processes have to say comes in a later turn.
    journal.platform(initStart(assignment, phase));
    return generation;
  }

  /** Ends the processes with all they started. What they last wrote still belongs to the log. */
  async function reset(current: Generation, reason: ShutdownReason): Promise<void> {
    await current.stop(reason);
    await current.drainLog();
    journal.flush();
    emptySharedMemory();
    if (current.excess()?.emptiesStorage === true) emptyFolder(deps.scratch);
    if (generation === current) generation = undefined;
  }

  const initStory = (phase: InitPhase, current: Generation) =>
    tellInit({ journal, clock }, current, initStart(assignment, phase));

  function suppressedStory(current: Generation, startedMs: number) {
    const story = initStory("invoke", current);
    return {
      ...story,
      over: (outcome: InitOutcome) => story.over(outcome, clock.elapsed() - startedMs),
    };
  }

  async function initialize(ahead: Taken | undefined): Promise<InitFacts> {
    const tail = createTail(logTailBytesMax);
    journal.follow(tail);
    const startedMs = clock.elapsed();
    const current = start("init", ahead);
    const processStartMs = clock.elapsed() - startedMs;
    const limitMs = initLimitMs(assignment);
    const cancelTimeout = clock.after(limitMs, () => current.events.push({ kind: "timeout" }));
    const cancelWatch = current.watch();
    const story = initStory("init", current);
    const outcome = await awaitInit(current, story);
    cancelTimeout();
    cancelWatch();
    const durationMs = clock.elapsed() - startedMs;
    // The log's order, and the extensions': what was last written, how it went, the end of all processes.
    if (outcome.status !== "success") await current.drainLog();
    story.over(outcome, durationMs);
    if (outcome.status === "success") initMs = durationMs;
    else await reset(current, outcome.status === "timeout" ? "timeout" : "failure");
    journal.follow(undefined);
    const process = ahead === undefined ? "anew" : "ahead";
    const facts = { status: outcome.status, initMs: durationMs, processStartMs, process } as const;
    if (outcome.status === "success") return facts;
    const error =
      outcome.status === "error"
        ? { errorType: outcome.ownType ?? outcome.errorType, errorMessage: outcome.message.slice(0, 4096) }
        : { errorType: "Sandbox.Timedout", errorMessage: `INIT took longer than ${limitMs / 1000} s` };
    // Text, not base64: it goes into a condition that people read.
    return { ...facts, error, logTail: tail.read().toString("utf8") };
  }

  async function run(head: InvokeHead, payload: Uint8Array, replies: Replies): Promise<RunFacts> {
    const { requestId, timeoutMs } = head;
    const tail = head.logTail ? createTail(logTailBytesMax) : undefined;
    const alive = generation?.alive() === true ? generation : undefined;
    if (alive === undefined && generation !== undefined) await reset(generation, "failure");
    journal.follow(tail);
    journal.platform({
      type: "start",
      requestId,
      version: assignment.functionVersion,
      ...(head.traceId === undefined ? {} : { traceId: head.traceId }),
      ...(head.tenantId === undefined ? {} : { tenantId: head.tenantId }),
    });
    // Whoever sees the response's head knows as much; only a long invocation says that it has begun.
    replies.sendUnhurried("begin", { requestId, grant: head.grant });
    const startedMs = clock.elapsed();
    const current = alive ?? start("invoke");
    const waitedBeforeMs = current.cpuWaitMs();
    const suppressedInit = alive === undefined ? { suppressedInit: suppressedStory(current, startedMs) } : {};
    const measured = measure(clock, replies.response(requestId));
    const { response } = measured;
    let isRuntimeDone = false;
    const runtimeDone = (status: string, errorType?: string) => {
      if (isRuntimeDone) return;
      isRuntimeDone = true;
      const type = errorType === undefined ? {} : { errorType };
      journal.platform({ type: "runtimeDone", requestId, status, ...measured.done(), ...type });
    };
    const deadlineMs = clock.now() + timeoutMs;
    const outcome = await invoke(clock, current, {
      requestId,
      timeoutMs,
      response,
      notice: () => ({
        eventType: "INVOKE",
        deadlineMs,
        requestId,
        invokedFunctionArn: head.invokedFunctionArn,
        ...(head.traceId === undefined ? {} : { traceId: head.traceId }),
      }),
      delivery: () => ({ requestId, payload, response, headers: deliveryHeaders(head, deadlineMs) }),
      runtimeDone: () => runtimeDone("success"),
      ...suppressedInit,
    });
    runtimeDone(outcome.status, outcome.errorType);
    const durationMs = Math.min(clock.elapsed() - startedMs, timeoutMs);
    if (outcome.reset || !current.alive())
      await reset(current, outcome.status === "timeout" ? "timeout" : "failure");
    else await current.drainLog();
    const memoryUsedMb = current.memoryPeakMb();
    const waited = { cpuWaitMs: current.cpuWaitMs() - waitedBeforeMs };
    report(head, outcome, durationMs, memoryUsedMb);
    const facts = { status: outcome.status, durationMs, billedMs: Math.ceil(durationMs), memoryUsedMb };
    const cold = initMs === undefined ? {} : { initMs };
    const logTail = tail === undefined ? {} : { logTail: tail.read().toString("base64") };
    initMs = undefined;
    journal.follow(undefined);
    const errorCause = outcome.errorCause === undefined ? {} : { errorCause: outcome.errorCause };
    journal.release();
    replies.send("end", {
      requestId,
      grant: head.grant,
      ...facts,
      ...waited,
      ...cold,
      ...logTail,
      ...errorCause,
    });
    return waited;
  }

  function report(head: InvokeHead, outcome: InvokeOutcome, durationMs: number, memoryUsedMb: number): void {
    const { requestId, timeoutMs } = head;
    if (outcome.status === "timeout") journal.platform({ type: "timedOut", requestId, timeoutMs });
    journal.platform({ type: "end", requestId });
    const status = outcome.status === "error" && outcome.errorType === undefined ? "success" : outcome.status;
    journal.platform({
      type: "report",
      requestId,
      status,
      durationMs,
      billedMs: Math.ceil(durationMs),
      memorySizeMb: assignment.memorySizeMb,
      memoryUsedMb,
      ...(initMs === undefined ? {} : { initMs }),
      ...(outcome.errorType === undefined ? {} : { errorType: outcome.errorType }),
    });
  }

  return {
    session: () => generation?.session,
    extensions: () => generation?.extensions,
    initialize,
    run,
    async stop() {
      if (generation !== undefined) await reset(generation, "spindown");
    },
  };
}

/** Who is initialised before anybody asks may take as long as it needs to serve at all. */
function initLimitMs({ initializationType, timeoutMs }: Assignment): number {
  const isAhead = initializationType === "provisioned-concurrency";
  return isAhead ? Math.max(provisionedInitMsMin, timeoutMs) : initMsMax;
}
