/**
 * The environments of this gateway: links, placement and invocations brought together. Events go to the placer one after
 * the other; its decisions are carried out here. Nothing on the way of an invocation waits for Kubernetes or a disk.
 */
import { LambdaError } from "../../crds/errors.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { jitter, type RandomDep } from "../../kernel/random/random.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { createFlight } from "../invoke/flight.ts";
import { outcomeOfLoss } from "../invoke/loss.ts";
import { errorOfRefusal } from "../invoke/refusal.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import type { FromEnvironment, Hello, Link, LinkListener } from "../link/link.ts";
import type { Decision, PlacerEvent } from "../placer/event.ts";
import { placerLimits } from "../placer/limits.ts";
import { createPlacerState, type PlacerState, type StartFailure } from "../placer/state.ts";
import { step } from "../placer/step.ts";
import type { CodeSource } from "../start/code.ts";
import type { PodStart } from "../start/create.ts";
import { deliver } from "../start/deliver.ts";
import type { Held } from "./held.ts";
import { fleetLimits } from "./limits.ts";
import type { FleetObserver } from "./observer.ts";
import { decideStanding } from "./standing.ts";

export interface Fleet extends LinkListener {
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
  podChanged(pod: EnvironmentPod, gone: boolean): void;
  startFailed(start: PodStart, failure: StartFailure): void;
  serving(revisionKey: string, serving: boolean): void;
  /** Resolves when nothing waits and nothing runs. */
  quiet(): Promise<void>;
  readonly state: PlacerState;
  start(signal: AbortSignal): void;
}

/** What the fleet asks of the Kubernetes side; none of it is waited for. */
export interface FleetHands {
  create(start: PodStart): void;
  /** The start this pod was made for, if it is one of ours under way. */
  claimStart(podKey: string): PodStart | undefined;
  /** Its labels and owner are due: it is now this revision's. */
  adopt(pod: EnvironmentPod, revisionKey: string): void;
  /** It was told to leave; see to it that its pod goes. */
  dismissed(pod: EnvironmentPod): void;
}

export type FleetDeps = ClockDep &
  RandomDep &
  LogDep & {
    settings: Settings;
    catalog: Catalog;
    code: CodeSource;
    hands: FleetHands;
    observer: FleetObserver;
  };

interface Wanted {
  request: InvokeRequest;
  answer: (outcome: InvokeOutcome) => void;
  placements: number;
  stopListening: (() => void) | undefined;
}

export function createFleet(deps: FleetDeps, { epoch }: { epoch: number }): Fleet {
  const { clock, log, settings, catalog, observer, hands } = deps;
  const state = createPlacerState({
    waitMsMax: settings.invoke.waitMsMax,
    waitingMaxPerFunction: settings.invoke.waitingMaxPerFunction,
    waitingBytesMax: settings.invoke.waitingBytesMax,
    waitingBytesMaxPerNamespace: settings.invoke.waitingBytesMaxPerNamespace,
    idleMsMax: settings.environments.idleSecondsMax * 1000,
    failedInitKeptMs: settings.environments.failedInitKeptSeconds * 1000,
  });
  const wanted = new Map<string, Wanted>();
  const helds = new Map<string, Held>();
  const events: PlacerEvent[] = [];
  const quietWaiters: (() => void)[] = [];
  let draining = false;

  /** One event at a time, in order: what a decision causes is looked at after the others of its step. */
  const happen = (event: PlacerEvent) => {
    events.push(event);
    if (draining) return;
    draining = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift())
        for (const decision of step(state, next, clock.monotonicMs())) carryOut(decision);
    } finally {
      draining = false;
    }
    if (state.waiters.size > 0) arm(placerLimits.tickMsWaiting);
  };

  const carryOut = (decision: Decision) => {
    switch (decision.type) {
      case "grant":
        launch(decision.wantId, decision.environmentId, decision.grant);
        return;
      case "refuse": {
        const want = takeWanted(decision.wantId);
        if (want === undefined) return;
        observer.refused(want.request.callable, decision.refusal);
        answer(want, { kind: "refused", error: errorOfRefusal(decision.refusal) });
        return;
      }
      case "assign":
        assign(decision.environmentId, decision.target.key);
        return;
      case "create":
        hands.create({ startId: decision.startId, revisionKey: decision.target.key });
        return;
      case "dismiss": {
        const held = helds.get(decision.environmentId);
        held?.link?.send("shutdown", { reason: "spindown", epoch });
        if (held !== undefined) hands.dismissed(held.pod);
        return;
      }
    }
  };

  const want = (one: Wanted) => {
    const { request } = one;
    wanted.set(request.requestId, one);
    const { target, caps } = request.callable;
    happen({ type: "want", want: { id: request.requestId, target, caps, bytes: request.payload.length } });
  };

  const takeWanted = (wantId: string): Wanted | undefined => {
    const one = wanted.get(wantId);
    wanted.delete(wantId);
    one?.stopListening?.();
    return one;
  };

  const answer = (one: Wanted, outcome: InvokeOutcome) => {
    one.answer(outcome);
    if (wanted.size > 0 || quietWaiters.length === 0 || isFlying()) return;
    for (const resolve of quietWaiters.splice(0)) resolve();
  };
  const isFlying = () => {
    for (const held of helds.values()) if (held.flight !== undefined && !held.flight.answered) return true;
    return false;
  };

  const launch = (wantId: string, environmentId: string, grant: string) => {
    const one = takeWanted(wantId);
    if (one === undefined) return;
    const held = helds.get(environmentId);
    if (held?.link === undefined) {
      again(one);
      return;
    }
    const { request } = one;
    held.begun = false;
    held.flight = createFlight(request, environmentId, grant, (outcome) => {
      if (outcome.kind === "refused" && outcome.error === notStarted) again(one);
      else answer(one, outcome);
    });
    held.dueAtMs = clock.monotonicMs() + request.callable.timeoutMs + fleetLimits.overtimeMsMax;
    if (held.assigning === undefined) sendInvoke(held, request, grant);
    else
      held.assigning.then(
        () => sendInvoke(held, request, grant),
        () => held.flight?.settle({ kind: "refused", error: notStarted }),
      );
  };

  /** Nothing of it has run: another environment may take it. */
  const again = (one: Wanted) => {
    if (one.placements >= fleetLimits.placementsMax) {
      const message = `The invocation was not started by ${one.placements} environments in turn.`;
      answer(one, { kind: "refused", error: new LambdaError("ServiceException", message) });
      return;
    }
    want({ ...one, placements: one.placements + 1, stopListening: undefined });
  };

  const sendInvoke = (held: Held, request: InvokeRequest, grant: string) => {
    const { callable, contentType, traceId, clientContext, tenantId } = request;
    const head = {
      requestId: request.requestId,
      revision: callable.revision.metadata.name,
      invokedFunctionArn: request.invokedFunctionArn,
      timeoutMs: callable.timeoutMs,
      logTail: request.logTail,
      grant,
      epoch,
      ...(contentType === undefined ? {} : { contentType }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(clientContext === undefined ? {} : { clientContext }),
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    if (held.link?.send("invoke", head, request.payload) !== true)
      held.flight?.settle({ kind: "refused", error: notStarted });
  };

  const assign = (environmentId: string, revisionKey: string) => {
    const held = helds.get(environmentId);
    const callable = catalog.callableOf(revisionKey);
    if (held?.link === undefined) return;
    if (callable === undefined) {
      held.link.close();
      return;
    }
    held.callable = callable;
    held.unadopted = held.pod.claim === "pool";
    const { link } = held;
    const assigning = deliver(link, callable, deps.code, epoch);
    if (assigning === undefined) return;
    held.assigning = assigning;
    assigning.then(
      () => {
        held.assigning = undefined;
      },
      (error: unknown) => {
        held.assigning = undefined;
        log.error("cannot deliver code", error, { revision: revisionKey });
        link.close();
        failStart(revisionKey, undefined, { kind: "code", message: String(error) });
      },
    );
  };

  const failStart = (revisionKey: string, startId: string | undefined, failure: StartFailure) => {
    observer.startFailed(revisionKey, failure);
    happen({ type: "startFailed", revisionKey, startId, failure });
  };

  const lose = (held: Held, pod: EnvironmentPod | undefined) => {
    held.cancelLoss?.();
    if (helds.get(held.id) === held) helds.delete(held.id);
    const { flight } = held;
    held.flight = undefined;
    happen({ type: "gone", environmentId: held.id });
    if (flight === undefined || flight.answered) return;
    const { requestId, callable } = flight.request;
    observer.lost(callable);
    flight.settle(outcomeOfLoss(requestId, callable.functionVersion, pod));
  };

  const finish = (held: Held, head: Extract<FromEnvironment, { type: "end" }>["head"]) => {
    const { flight, callable } = held;
    held.flight = undefined;
    if (flight !== undefined && flight.request.requestId === head.requestId) {
      if (!held.begun) flight.settle({ kind: "refused", error: notStarted });
      else if (callable !== undefined) observer.ended(callable, head);
      flight.end(head);
      const silent = "The environment ended the invocation without an answer.";
      flight.settle({ kind: "refused", error: new LambdaError("ServiceException", silent) });
    }
    happen({ type: "ended", environmentId: held.id, grant: head.grant });
    adoptIfDue(held);
  };

  /** After the first byte, never before: labels and owner are for people and for a restart. */
  const adoptIfDue = (held: Held) => {
    if (!held.unadopted || held.callable === undefined) return;
    held.unadopted = false;
    hands.adopt(held.pod, held.callable.target.key);
  };

  let armedAtMs = Number.POSITIVE_INFINITY;
  let disarm = () => {};
  let stopped = true;
  const arm = (inMs: number) => {
    const atMs = clock.monotonicMs() + inMs;
    if (stopped || atMs >= armedAtMs) return;
    disarm();
    armedAtMs = atMs;
    disarm = clock.after(inMs, () => {
      armedAtMs = Number.POSITIVE_INFINITY;
      loseStuck();
      happen({ type: "tick" });
      arm(state.waiters.size > 0 ? placerLimits.tickMsWaiting : placerLimits.tickMsIdle);
    });
  };
  const loseStuck = () => {
    const nowMs = clock.monotonicMs();
    for (const held of helds.values()) {
      if (held.flight === undefined || held.dueAtMs > nowMs) continue;
      log.warn("an environment is stuck past its timeout", { pod: held.pod.name });
      held.link?.close();
      lose(held, undefined);
    }
  };

  const receive = (held: Held, message: FromEnvironment) => {
    const { flight } = held;
    const isCurrent = (requestId: string) => flight?.request.requestId === requestId;
    switch (message.type) {
      case "initialized": {
        const failed = message.head.status !== "success";
        if (held.callable !== undefined) observer.initialized(held.callable, message.head);
        const { error } = message.head;
        if (failed && error !== undefined && isOurs(error.errorType)) {
          useless(held, error.errorMessage);
          return;
        }
        happen({ type: "initialized", environmentId: held.id, failed });
        if (held.flight === undefined) adoptIfDue(held);
        return;
      }
      case "begin":
        if (isCurrent(message.head.requestId)) held.begun = true;
        return;
      case "responseHead":
        if (!isCurrent(message.head.requestId)) return;
        held.begun = true;
        flight?.responseHead(message.head);
        return;
      case "responseChunk":
        if (!isCurrent(message.head.requestId) || flight?.responseChunk(message.body) !== false) return;
        log.warn("a response outgrew its limit", { pod: held.pod.name });
        held.link?.close();
        lose(held, undefined);
        return;
      case "responseEnd":
        if (isCurrent(message.head.requestId) && held.begun) flight?.responseEnd(message.head);
        return;
      case "end":
        finish(held, message.head);
        return;
      case "leaving":
        happen({ type: "leaving", environmentId: held.id });
        return;
    }
  };

  /** It cannot become what it was assigned to be; it leaves by itself. */
  const useless = ({ id, callable, pod }: Held, message: string) => {
    log.warn("an environment cannot take its code", { pod: pod.name, reason: message });
    happen({ type: "leaving", environmentId: id });
    if (callable === undefined) return;
    failStart(callable.target.key, undefined, { kind: "code", message });
  };

  const join = (link: Link, hello: Hello) => {
    const { pod } = link;
    const key = `${pod.namespace}/${pod.name}`;
    const start = hands.claimStart(key);
    if (start !== undefined) {
      happen({ type: "started", ...start });
      observer.started(start.revisionKey);
    }
    const standing = decideStanding(pod, hello, catalog.callableOf);
    if (standing.kind === "stray") {
      log.info("an environment is not needed", { pod: key, why: standing.why });
      link.send("shutdown", { reason: "spindown", epoch });
      hands.dismissed(pod);
      return;
    }
    const callable = standing.kind === "unclaimed" ? undefined : standing.callable;
    helds.set(pod.uid, {
      id: pod.uid,
      pod,
      link,
      callable,
      flight: undefined,
      begun: false,
      dueAtMs: Number.POSITIVE_INFINITY,
      assigning: undefined,
      unadopted: standing.kind === "assigned" && pod.claim === "pool",
      cancelLoss: undefined,
    });
    const ageMs = clock.nowMs() - pod.createdAtMs;
    const livesMs = jitter(deps.random, settings.environments.ageSecondsMax * 1000) - ageMs;
    const as =
      standing.kind === "unclaimed"
        ? standing
        : standing.kind === "fresh"
          ? ({ kind: "fresh", target: standing.callable.target } as const)
          : ({ kind: "assigned", target: standing.callable.target, busyWith: standing.busyWith } as const);
    const { namespace, shape } = pod;
    const retireAtMs = clock.monotonicMs() + livesMs;
    happen({ type: "joined", environment: { id: pod.uid, namespace, shape, retireAtMs, as } });
  };

  return {
    state,
    joined(link, hello) {
      const held = helds.get(link.pod.uid);
      if (held === undefined) {
        join(link, hello);
        return;
      }
      held.cancelLoss?.();
      held.cancelLoss = undefined;
      const sameWork = hello.state === "assigned" && hello.revision === held.callable?.revision.metadata.name;
      if (!sameWork || held.flight === undefined) {
        lose(held, undefined);
        join(link, hello);
        return;
      }
      held.link = link;
      held.pod = link.pod;
      if (hello.busy === held.flight.request.requestId) return;
      held.cancelLoss = clock.after(fleetLimits.resendMsMax, () => {
        held.link?.close();
        lose(held, undefined);
      });
    },
    message(link, message) {
      const held = helds.get(link.pod.uid);
      if (held?.link === link) receive(held, message);
    },
    left(link) {
      const held = helds.get(link.pod.uid);
      if (held?.link !== link) return;
      held.link = undefined;
      held.cancelLoss?.();
      if (held.flight === undefined) lose(held, undefined);
      else held.cancelLoss = clock.after(fleetLimits.relinkMsMax, () => lose(held, undefined));
    },
    invoke: (request) =>
      new Promise((resolve) => {
        const one: Wanted = { request, answer: resolve, placements: 1, stopListening: undefined };
        want(one);
        if (wanted.get(request.requestId) !== one || request.signal === undefined) return;
        const { signal } = request;
        const abandon = () => {
          if (takeWanted(request.requestId) === undefined) return;
          happen({ type: "cancel", wantId: request.requestId });
          answer(one, { kind: "abandoned" });
        };
        signal.addEventListener("abort", abandon, { once: true });
        one.stopListening = () => signal.removeEventListener("abort", abandon);
        if (signal.aborted) abandon();
      }),
    podChanged(pod, gone) {
      const held = helds.get(pod.uid);
      if (held === undefined) return;
      held.pod = pod;
      if (!gone && pod.phase !== "ended") return;
      held.link?.close();
      if (helds.get(pod.uid) === held) lose(held, pod);
    },
    startFailed: ({ startId, revisionKey }, failure) => failStart(revisionKey, startId, failure),
    serving: (revisionKey, serving) => happen({ type: "retired", revisionKey, retired: !serving }),
    quiet: () =>
      new Promise((resolve) => {
        if (wanted.size === 0 && !isFlying()) resolve();
        else quietWaiters.push(resolve);
      }),
    start(signal) {
      stopped = false;
      arm(placerLimits.tickMsIdle);
      signal.addEventListener("abort", () => {
        stopped = true;
        disarm();
      });
    },
  };
}

/** Errors of the supervisor's, not of the function's INIT. */
function isOurs(errorType: string): boolean {
  return errorType.startsWith("Environment.");
}

/** Marks an invocation that no environment began: it goes to another one. Never leaves this file. */
const notStarted = new LambdaError("ServiceException", "not started");
