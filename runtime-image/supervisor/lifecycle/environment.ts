/**
 * The environment: unclaimed, then for ever one revision's (C2), running one invocation at a time. It decides what a
 * gateway's message may do here; how a process is started, initialised and invoked is its neighbours' business.
 */
import { noGrant } from "../../../crds/link/grant.ts";
import type { HeadOf, ToEnvironment, ToGateway } from "../../../crds/link/messages.ts";
import { cuttable } from "../code/cut.ts";
import { receiveCode } from "../code/receive.ts";
import type { CodeReceiver } from "../code/receiver.ts";
import type { Config } from "../config.ts";
import type { ExtensionSession } from "../extensions/session.ts";
import type { Link } from "../link/connection.ts";
import { createReplies, type Replies } from "../link/replies.ts";
import type { Session } from "../runtime-api/session.ts";
import type { Ahead } from "./ahead.ts";
import { prepare } from "./assign.ts";
import { createDeparture, type ExitCode } from "./departure.ts";
import { createFence } from "./fence.ts";
import { refusalOf, unprepared } from "./refusal.ts";
import type { InvokeHead, RunFacts, Runner, RunnerDeps } from "./runner.ts";

export interface EnvironmentDeps extends RunnerDeps {
  note(message: string): void;
  /** The process started before the assignment, if this environment has one. */
  ahead?: Ahead;
  links(): Link[];
  telemetry: { flush(): void };
  /** Closes the links once what was sent has left, and ends the supervisor. */
  exit(code: ExitCode): void;
}

type Initialized = HeadOf<ToGateway, "initialized">;

interface Assigned {
  revision: string;
  receiver: CodeReceiver;
  lost(link: Link): void;
  runner?: Runner;
  initialized?: Initialized;
  /** Settles when INIT is over, however it went; rejects when the code was no good. */
  prepared: Promise<void>;
}

/** The invocation here, or the last one as long as its gateway may not have heard its end. */
interface Current {
  requestId: string;
  grant: string;
  gatewayId: string;
  replies: Replies;
  isRunning: boolean;
}

export interface Environment {
  describe(): Pick<HeadOf<ToGateway, "hello">, "state" | "revision" | "busy" | "last" | "epoch">;
  session(): Session | undefined;
  extensions(): ExtensionSession | undefined;
  welcomed(link: Link, epoch: number): void;
  lost(link: Link): void;
  message(link: Link, message: ToEnvironment): void;
  /** Takes nothing new, finishes what runs, ends. */
  drain(reason: string): void;
  /** Ends now: nobody could hear a result. */
  abandon(reason: string): void;
}

export function createEnvironment(deps: EnvironmentDeps, config: Config, runtimeApi: string): Environment {
  const fence = createFence();
  /** The gateway whose epoch is the highest. */
  let placerId: string | undefined;
  let assigned: Assigned | undefined;
  let current: Current | undefined;
  let wasWelcomed = false;
  const departure = createDeparture({
    note: deps.note,
    tell(reason) {
      for (const link of deps.links()) sendLeaving(link, reason);
    },
    isRunning: () => current?.isRunning === true,
    stop() {
      deps.telemetry.flush();
      return Promise.all([assigned?.runner?.stop(), deps.ahead?.stop()]);
    },
    exit: deps.exit,
  });

  function assign(
    { assignment, code, layers }: HeadOf<ToEnvironment, "assign">,
    body: Uint8Array,
    link: Link,
  ): void {
    const { revision } = assignment;
    if (assigned !== undefined || departure.reason() !== undefined) {
      deps.note(`C2: refused revision ${revision}: already ${assigned?.revision ?? "leaving"}`);
      const errorMessage = "an environment serves one revision only";
      link.send("initialized", unprepared(revision, { errorType: "Environment.Assigned", errorMessage }));
      return;
    }
    const startedMs = deps.clock.elapsed();
    const { receiver, cut } = cuttable(receiveCode({ code, layers }, body, config.roots));
    const lost = (by: Link) => {
      if (by === link) cut();
    };
    const mine: Assigned = { revision, receiver, lost, prepared: Promise.resolve() };
    assigned = mine;
    const input = { assignment, receiver, startedMs, runtimeApi, ahead: deps.ahead };
    mine.prepared = prepare(deps, config, input, (runner) => {
      mine.runner = runner;
    }).then(announce, (cause: unknown) => {
      const errorMessage = cause instanceof Error ? cause.message : String(cause);
      deps.note(`revision ${revision} cannot run here: ${errorMessage}`);
      const error = { errorType: "Environment.Code", errorMessage: errorMessage.slice(0, 4096) };
      announce(unprepared(revision, error));
      departure.drain(`the code is not what was promised: ${errorMessage}`, 1);
    });
    void mine.prepared.then(departure.finish);
  }

  /** The archive may be larger than our memory, so the link waits for the disk. */
  function receive(
    receiver: CodeReceiver,
    head: HeadOf<ToEnvironment, "code">,
    body: Uint8Array,
    link: Link,
  ): void {
    receiver.push(head, body);
    if (!receiver.behind()) return;
    link.pause();
    receiver.caughtUp(link.resume);
  }

  function announce(initialized: Initialized): void {
    if (assigned !== undefined) assigned.initialized = initialized;
    for (const link of deps.links()) link.send("initialized", initialized);
  }

  async function invoke(head: InvokeHead, payload: Uint8Array, link: Link): Promise<void> {
    const verdict = fence.take(head.epoch, head.grant);
    if (verdict === "again") return;
    // Word of the newer placer goes with the refusal: the sender is to ask that one.
    if (verdict === "stale") sendStanding(link);
    if (verdict !== "start") return refuse(head, link, verdict === "stale" ? "StaleEpoch" : "Revoked");
    const refusal = refusalOf(
      { revision: assigned?.revision, busy: current?.isRunning === true, leaving: departure.reason() },
      head,
    );
    if (refusal !== undefined || assigned === undefined) return refuse(head, link, refusal ?? "Unassigned");
    const mine: Current = {
      requestId: head.requestId,
      grant: head.grant,
      gatewayId: link.gatewayId,
      replies: createReplies(link),
      isRunning: true,
    };
    current = mine;
    await assigned.prepared;
    let facts: RunFacts = {};
    if (assigned.runner === undefined) refuse(head, link, "Broken");
    else facts = await assigned.runner.run(head, payload, mine.replies);
    mine.isRunning = false;
    mine.replies.done();
    release(head, link, facts);
    departure.finish();
  }

  /** The placer hears of every end: from the end itself when it asked, else so. */
  function release({ requestId, grant }: InvokeHead, asker: Link, facts: RunFacts = {}): void {
    if (placerId === asker.gatewayId) return;
    const placer = deps.links().find(({ gatewayId }) => gatewayId === placerId);
    placer?.send("released", { requestId, grant, ...facts });
  }

  function describe() {
    const revision = assigned === undefined ? {} : { revision: assigned.revision };
    return { state: assigned === undefined ? "unclaimed" : "assigned", ...revision } as const;
  }

  function sendStanding(link: Link): void {
    const running =
      current?.isRunning === true ? { running: current.grant, requestId: current.requestId } : {};
    const last = fence.last();
    const grants = { ...running, ...(last === undefined ? {} : { last }) };
    link.send("standing", { epoch: fence.highest(), ...describe(), ...grants });
  }

  /** The link's gateway is the placer, and nothing older is from here on. */
  function obey(link: Link, epoch: number): void {
    if (fence.admit(epoch)) placerId = link.gatewayId;
    sendStanding(link);
  }

  function recall({ grant, epoch }: HeadOf<ToEnvironment, "recall">, link: Link): void {
    if (!fence.admit(epoch)) {
      sendStanding(link);
      return;
    }
    const hasCome = current?.grant === grant;
    if (!hasCome) fence.recall(grant);
    const was = !hasCome ? "notStarted" : current?.isRunning === true ? "running" : "ended";
    link.send("recalled", { grant, was });
  }

  /** An `end` without a `begin`: nothing was started, the invocation may go elsewhere. */
  function refuse(head: InvokeHead, link: Link, reason: string): void {
    const { requestId, grant } = head;
    deps.note(`refused ${requestId}: ${reason}`);
    const error = { errorType: `Environment.${reason}`, errorMessage: `not started: ${reason}` };
    link.send("responseEnd", { requestId, error });
    link.send("end", { requestId, grant, status: "failure", durationMs: 0, billedMs: 0, memoryUsedMb: 0 });
    if (reason !== "StaleEpoch" && reason !== "Revoked") release(head, link);
  }

  /** What was sent and is later than the last that came starts nothing here: it goes elsewhere, though no refusal may leave any more. */
  function sendLeaving(link: Link, reason: string): void {
    link.send("leaving", { reason: reason.slice(0, 256), last: fence.last() ?? noGrant });
  }

  function message(link: Link, { type, head, body }: ToEnvironment): void {
    switch (type) {
      case "assign":
        if (fence.admit(head.epoch)) assign(head, body, link);
        else deps.note(`refused an assignment of epoch ${head.epoch}, below ${fence.highest()}`);
        break;
      case "code":
        if (assigned !== undefined) receive(assigned.receiver, head, body, link);
        break;
      case "invoke":
        invoke(head, body, link).catch(departure.broken);
        break;
      case "epoch":
        obey(link, head.epoch);
        break;
      case "recall":
        recall(head, link);
        break;
      case "shutdown":
        if (fence.admit(head.epoch)) departure.drain(`shutdown: ${head.reason}`);
        else deps.note(`refused a shutdown of epoch ${head.epoch}, below ${fence.highest()}`);
        break;
      case "challenge":
      case "welcome":
      case "refuse":
      case "ping":
        deps.note(`a ${type} out of place`);
        break;
    }
  }

  return {
    message,
    drain: (reason) => departure.drain(reason),
    describe() {
      const busy = current?.isRunning === true ? { busy: current.requestId } : {};
      const last = fence.last();
      return { ...describe(), ...busy, ...(last === undefined ? {} : { last }), epoch: fence.highest() };
    },
    session: () => assigned?.runner?.session() ?? deps.ahead?.session(),
    extensions: () => assigned?.runner?.extensions(),
    welcomed(link, epoch) {
      wasWelcomed = true;
      // 0 from a gateway that places nothing.
      if (epoch > 0) obey(link, epoch);
      const leaving = departure.reason();
      if (leaving !== undefined) sendLeaving(link, leaving);
      if (assigned?.initialized !== undefined) link.send("initialized", assigned.initialized);
      if (current?.gatewayId === link.gatewayId) current.replies.found(link);
    },
    lost(link) {
      assigned?.lost(link);
      if (current?.gatewayId === link.gatewayId) current.replies.lost();
    },
    // One that no gateway ever took was of no use, and the next one here may be of none either.
    abandon: (reason) => departure.abandon(reason, wasWelcomed ? 0 : 1),
  };
}
