/** Who plays with the supervisor in its rehearsal: a gateway that only listens, and a runtime that has no process. */
import { Readable } from "node:stream";
import { createGatewayReader } from "../../../crds/link/codec.ts";
import type { ToGateway } from "../../../crds/link/messages.ts";
import type { ClockDep } from "../clock/clock.ts";
import type { Taken } from "../lifecycle/ahead.ts";
import type { Link } from "../link/connection.ts";
import { createOutbox } from "../link/outbox.ts";
import type { Ending } from "../process/ending.ts";
import type { Exchange } from "../runtime-api/http/connection.ts";
import type { Reply } from "../runtime-api/http/reply.ts";
import type { Session } from "../runtime-api/session.ts";

export function standInLink(deps: ClockDep, heard: (message: ToGateway) => void): Link {
  const reader = createGatewayReader();
  const sink = {
    write(bytes: Uint8Array, left: () => void) {
      for (const message of reader.push(bytes)) heard(message);
      left();
    },
  };
  const nothing = () => {};
  return { ...createOutbox(deps, sink, nothing), gatewayId: "rehearsal", pause: nothing, resume: nothing };
}

/** Answers every event with `{}`, over what `session` is at the time. */
export function standInRuntime(session: () => Session | undefined): Taken {
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  const [stdout, stderr] = [silence(), silence()];
  const kill = () => {
    stdout.destroy();
    stderr.destroy();
    resolve({ kind: "code", code: 0 });
  };
  return {
    // Ours: its memory is asked for, which is no more than a look.
    process: { pid: process.pid, stdout, stderr, ended, signal: kill, kill },
    oomKillsBefore: 0,
    handOver: () => queueMicrotask(() => takeNext(session())),
  };
}

function takeNext(session: Session | undefined): void {
  if (session === undefined) return;
  const next = exchange("/2018-06-01/runtime/invocation/next", ({ headers = [] }) => {
    const [, requestId = ""] = headers.find(([name]) => name === "Lambda-Runtime-Aws-Request-Id") ?? [];
    const sink = session.response(
      exchange(`/2018-06-01/runtime/invocation/${requestId}/response`),
      requestId,
    );
    sink.chunk(Buffer.from("{}"));
    sink.end(new Map());
    takeNext(session);
  });
  session.next(next);
}

function exchange(path: string, reply: (reply: Reply) => void = () => {}): Exchange {
  const headers = new Map([["content-type", "application/json"]]);
  return {
    head: { method: "POST", path, headers, close: false },
    reply,
    closed: () => false,
    pause: () => {},
    resume: () => {},
  };
}

const silence = () => new Readable({ read() {} });
