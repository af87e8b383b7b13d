/** What environments do for us: take an assignment, run one invocation after the other, and say how it went. */
import { LambdaError } from "../../crds/errors.ts";
import { hasCome } from "../../crds/link/grant.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { deletedMeanwhile } from "../invoke/answer.ts";
import { createFlight, type Flight } from "../invoke/flight.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import { createStreamingFlight } from "../invoke/streaming.ts";
import type { FromEnvironment, Link } from "../link/link.ts";
import type { StartFailure } from "../placer/attempt.ts";
import type { PlacerEvent } from "../placer/event.ts";
import type { Granted, ShardEvent } from "../shard/event.ts";
import type { CodeSource } from "../start/code.ts";
import { type Delivered, type Delivery, deliver } from "../start/deliver.ts";
import { phasesOf } from "../start/phases.ts";
import type { Held, Launched } from "./held.ts";
import { fleetLimits } from "./limits.ts";
import type { FleetObserver } from "./observer.ts";
import type { Wanted } from "./requests.ts";
import { takeBack } from "./take-back.ts";

export interface Work {
  /** Sends the request to the environment it was granted. */
  launch(held: Held, wanted: Wanted, granted: Granted): void;
  assign(held: Held, revisionKey: string, epoch: number): void;
  receive(held: Held, message: FromEnvironment): void;
}

export type WorkDeps = ClockDep &
  LogDep & {
    streamedResponseBytesMax: number;
    catalog: Catalog;
    code: CodeSource;
    observer: FleetObserver;
    happen(namespace: string, event: ShardEvent): void;
    again(wanted: Wanted): void;
    failStart(revisionKey: string, failure: StartFailure): void;
    /** It has said what it is under the newest placer. */
    standing(held: Held, head: Extract<FromEnvironment, { type: "standing" }>["head"]): void;
    /** Its labels and owner are due. */
    adopt(held: Held): void;
  };

/** Marks an invocation that no environment began: it goes to another one. Never leaves this file. */
const notStarted = new LambdaError("ServiceException", "not started");

const nothing = new Uint8Array(0);

export function createWork(deps: WorkDeps): Work {
  const { clock, log, catalog, observer, happen } = deps;
  const tell = (held: Held, event: PlacerEvent) => happen(held.pod.namespace, { type: "placer", event });

  const sendInvoke = (link: Link, launched: Launched) => {
    const { granted } = launched;
    const { request } = launched.flight;
    const { callable, contentType, traceId, clientContext, cognitoIdentity, tenantId } = request;
    const head = {
      requestId: request.requestId,
      revision: callable.revision.metadata.name,
      invokedFunctionArn: request.invokedFunctionArn,
      timeoutMs: callable.timeoutMs,
      logTail: request.logTail,
      grant: granted.grant,
      epoch: granted.epoch,
      ...(contentType === undefined ? {} : { contentType }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(clientContext === undefined ? {} : { clientContext }),
      ...(cognitoIdentity === undefined ? {} : { cognitoIdentity }),
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    // With the link goes what was not sent, to others.
    if (link.send("invoke", head, request.payload)) launched.state = "sent";
    else link.close();
  };

  /** What never came there by the time it said that it leaves never will: it goes to others, whatever becomes of the link. */
  const leave = (held: Held, last: string | undefined) => {
    held.leaving = true;
    tell(held, { type: "leaving", environmentId: held.id });
    if (last === undefined) return;
    takeBack(deps, held);
    for (const [requestId, { state, flight, granted }] of [...held.launched]) {
      if (state === "begun" || hasCome(granted.grant, last)) continue;
      held.launched.delete(requestId);
      happen(held.pod.namespace, { type: "unused", granted, sent: true });
      flight.settle({ kind: "refused", error: notStarted });
    }
  };

  /** It runs, so it goes nowhere else: its payload is not kept for as long as it may take. */
  const begin = (launched: Launched) => {
    if (launched.state === "begun") return;
    launched.state = "begun";
    const { request } = launched.flight;
    request.payload = nothing;
    request.release?.();
  };

  /** Free again, whatever came of it. An end without a beginning: it will not do for others either. */
  const finish = (held: Held, head: Extract<FromEnvironment, { type: "end" }>["head"]) => {
    const launched = held.launched.get(head.requestId);
    const ours = launched?.granted.grant === head.grant ? launched : undefined;
    if (ours !== undefined) held.launched.delete(head.requestId);
    const hasBegun = ours?.state === "begun";
    if (hasBegun) {
      observer.ended(ours.flight.request.callable, head, held.pod);
      ours.flight.end(head);
      const silent = "The environment ended the invocation without an answer.";
      if (!ours.flight.answered)
        ours.flight.settle({ kind: "refused", error: new LambdaError("ServiceException", silent) });
    }
    if (!hasBegun && ours !== undefined) tell(held, { type: "leaving", environmentId: held.id });
    tell(held, {
      type: "ended",
      environmentId: held.id,
      grant: head.grant,
      // Where it was reset besides, that took its time too.
      ranMs: head.status === "success" || head.status === "error" ? head.durationMs : undefined,
      cpuWaitMs: head.cpuWaitMs,
    });
    if (!hasBegun) ours?.flight.settle({ kind: "refused", error: notStarted });
    adoptIfDue(held);
  };

  /** After the first byte, never before: labels and owner are for people and for a restart. */
  const adoptIfDue = (held: Held) => {
    if (!held.unadopted || held.callable === undefined) return;
    held.unadopted = false;
    deps.adopt(held);
  };

  const initialized = (held: Held, head: Extract<FromEnvironment, { type: "initialized" }>["head"]) => {
    const { status, error } = head;
    if (error?.errorType.startsWith("Environment.") === true) {
      // The supervisor's word, not the function's: it cannot become what it was assigned to be, and leaves.
      log.warn("an environment cannot take its code", { pod: held.pod.name, reason: error.errorMessage });
      tell(held, { type: "leaving", environmentId: held.id });
      // One that leaves takes no code, which says nothing of the code.
      if (held.callable !== undefined && !held.leaving)
        deps.failStart(held.callable.target.key, { kind: "code", message: error.errorMessage });
      return;
    }
    if (held.callable !== undefined) observer.initialized(held.callable, head, held.pod);
    const { cold } = held;
    if (cold !== undefined) {
      cold.ready = { atMs: clock.monotonicMs(), codeMs: head.unpackMs, initMs: head.initMs };
      if (cold.way === "pool" && head.process !== "ahead") cold.way = "restart";
    }
    tell(held, { type: "initialized", environmentId: held.id, failed: status !== "success" });
    if (held.launched.size === 0) adoptIfDue(held);
  };

  /** The first byte of the first answer: where the time went is known now. */
  const tellPhases = (held: Held, requestId: string) => {
    const { cold, callable } = held;
    held.cold = undefined;
    const phases = cold === undefined ? undefined : phasesOf(cold, clock.monotonicMs());
    if (cold === undefined || phases === undefined || callable === undefined) return;
    observer.coldStarted(cold.way, phases);
    const { namespace, functionName } = callable;
    const totalMs = Object.values(phases).reduce((sum, ms) => sum + ms, 0);
    const say = totalMs > fleetLimits.slowStartMs ? log.info : log.debug;
    say("a cold start", { requestId, namespace, function: functionName, way: cold.way, ...phases });
  };

  const flightOf = (link: Link, request: InvokeRequest, answer: (outcome: InvokeOutcome) => void): Flight =>
    request.response === "streamed"
      ? createStreamingFlight(request, { brake: link, bytesMax: deps.streamedResponseBytesMax }, answer)
      : createFlight(request, answer);
  /** False when the function was deleted meanwhile: nothing was sent. */
  const assign = (held: Held, revisionKey: string, epoch: number): boolean => {
    const callable = catalog.callableOf(revisionKey);
    if (callable === undefined) return false;
    const { link } = held;
    if (link === undefined) return true;
    held.callable = callable;
    held.unadopted = held.pod.claim !== "claimed";
    const nowMs = clock.monotonicMs();
    const way = held.pod.claim === "pool" ? "pool" : "pod";
    held.cold = { way, decidedAtMs: held.createdAtMs ?? nowMs, assignedAtMs: nowMs };
    // One from before, that a placer since then knows nothing of.
    takeBack(deps, held);
    const delivery = deliver(link, callable, deps.code, epoch);
    held.delivery = delivery;
    void delivery?.done.then((outcome) => delivered(held, delivery, outcome, revisionKey));
    return true;
  };
  /** Its link may have gone meanwhile, with all that followed: what comes of it then is nobody's business. */
  const delivered = (held: Held, delivery: Delivery, outcome: Delivered, revisionKey: string) => {
    const { link } = held;
    if (held.delivery !== delivery || link === undefined) return;
    switch (outcome.kind) {
      case "sent":
        held.delivery = undefined;
        for (const one of [...held.launched.values()]) if (one.state === "follows") sendInvoke(link, one);
        return;
      case "lost":
        link.close();
        return;
      case "failed":
        log.error("cannot deliver code", outcome.error, { revision: revisionKey });
        deps.failStart(revisionKey, { kind: "code", message: String(outcome.error) });
        link.close();
        return;
    }
  };

  return {
    launch(held, wanted, granted) {
      const { request } = wanted;
      const { namespace } = held.pod;
      if (held.leaving) {
        // It said so while the grant was on its way.
        happen(namespace, { type: "unused", granted, sent: true });
        deps.again(wanted);
        return;
      }
      if (granted.assigned && !assign(held, granted.target.key, granted.epoch)) {
        happen(namespace, { type: "unused", granted, sent: false });
        wanted.answer({ kind: "refused", error: deletedMeanwhile(request) });
        return;
      }
      if (held.cold !== undefined && held.cold.ready === undefined) held.cold.wantedAtMs = wanted.sinceMs;
      held.callable ??= request.callable;
      const { link } = held;
      if (link === undefined) {
        // It broke over the assignment, which may have come there.
        happen(namespace, { type: "unused", granted, sent: true });
        deps.again(wanted);
        return;
      }
      const flight = flightOf(link, request, (outcome) => {
        if (outcome.kind === "refused" && outcome.error === notStarted) deps.again(wanted);
        else wanted.answer(outcome);
      });
      const dueAtMs = clock.monotonicMs() + request.callable.timeoutMs + fleetLimits.overtimeMsMax;
      const launched: Launched = { flight, wanted, granted, state: "follows", dueAtMs };
      held.launched.set(request.requestId, launched);
      if (held.delivery === undefined) sendInvoke(link, launched);
    },
    assign(held, revisionKey, epoch) {
      // It comes back as what it still is, and the placer gives it to somebody else.
      if (!assign(held, revisionKey, epoch)) held.link?.close();
    },
    receive(held, message) {
      const launched: Launched | undefined =
        "requestId" in message.head && message.head.requestId !== undefined
          ? held.launched.get(message.head.requestId)
          : undefined;
      switch (message.type) {
        case "initialized":
          initialized(held, message.head);
          return;
        case "begin":
          if (launched !== undefined) begin(launched);
          return;
        case "responseHead":
          if (launched === undefined) return;
          begin(launched);
          tellPhases(held, message.head.requestId);
          launched.flight.responseHead(message.head);
          return;
        case "responseChunk":
          launched?.flight.responseChunk(message.body);
          return;
        case "responseEnd":
          if (launched?.state === "begun") launched.flight.responseEnd(message.head);
          return;
        case "end":
          finish(held, message.head);
          return;
        case "standing":
          deps.standing(held, message.head);
          return;
        case "released":
          tell(held, { type: "ended", environmentId: held.id, ...message.head });
          return;
        case "recalled":
          tell(held, { type: "recalled", environmentId: held.id, ...message.head });
          return;
        case "leaving":
          leave(held, message.head.last);
          return;
      }
    },
  };
}
