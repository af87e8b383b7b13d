/** Properties of the Runtime API's session: whatever a runtime calls, in whatever order. */

import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties.ts";
import type { BodySink, Exchange } from "./http/connection.ts";
import type { Reply } from "./http/reply.ts";
import { invalidRequestId, refusedTransition } from "./replies.ts";
import { createSession, type Session } from "./session.ts";
import { type ApiEvent, type ApiState, targets, transition } from "./states.ts";

const calls = [
  "next",
  "response",
  "error",
  "initError",
  "restoreNext",
  "restoreError",
  "wrongId",
  "cut",
] as const;
type Call = (typeof calls)[number];

const none: ReadonlyMap<string, string> = new Map();

/** A session, a caller that keeps every reply, and an environment that hands events over whenever one may be. */
function play() {
  const replies: Reply[][] = [];
  const happened: string[] = [];
  const session = createSession({
    ready: () => void happened.push("ready"),
    restored: () => void happened.push("restored"),
    initFailed: () => void happened.push("initFailed"),
    answered: () => void happened.push("answered"),
  });
  const response = {
    head: () => {},
    chunk: () => true,
    resumed: () => {},
    end: () => void happened.push("response"),
    fail: () => void happened.push("response"),
  };
  let delivered = 0;

  function exchange(): { exchange: Exchange; got: Reply[] } {
    const got: Reply[] = [];
    replies.push(got);
    const head = { method: "POST", path: "/", headers: none, close: false };
    const reply = (one: Reply) => void got.push(one);
    return { got, exchange: { head, reply, closed: () => false, pause: () => {}, resume: () => {} } };
  }

  return {
    session,
    replies,
    happened,
    exchange,
    requestId: () => `r-${delivered}`,
    deliver() {
      if (session.state() !== "Ready") return;
      delivered += 1;
      const requestId = `r-${delivered}`;
      session.deliver({ requestId, headers: [], payload: new Uint8Array(0), response });
      happened.push("delivered");
    },
  };
}

function open(session: Session, call: Call, exchange: Exchange, requestId: string): BodySink {
  switch (call) {
    case "next":
    case "initError":
    case "restoreNext":
    case "restoreError":
      return session[call](exchange);
    case "response":
    case "cut":
      return session.response(exchange, requestId);
    case "error":
      return session.error(exchange, requestId);
    case "wrongId":
      return session.response(exchange, "nobody's");
  }
}

const events: Record<Call, ApiEvent | undefined> = {
  next: "next",
  response: "response",
  cut: "response",
  error: "error",
  initError: "initError",
  restoreNext: "restoreNext",
  restoreError: "restoreError",
  // Refused before the state is looked at.
  wrongId: undefined,
};

const scripts = fc.array(fc.constantFrom(...calls, "deliver" as const), { maxLength: 40 });

/** Plays a script; `seen` looks at every call's answer and at the state before it. */
function run(
  script: Array<Call | "deliver">,
  seen: (call: Call, before: ApiState, got: Reply[], after: ApiState) => void,
) {
  const game = play();
  for (const step of script) {
    if (step === "deliver") {
      game.deliver();
      continue;
    }
    const before = game.session.state();
    const { exchange, got } = game.exchange();
    const sink = open(game.session, step, exchange, game.requestId());
    if (step === "cut") sink.cut();
    else sink.end(none);
    seen(step, before, got, game.session.state());
  }
  return game;
}

test("a call is refused when the table says so, in Lambda's words, and then changes nothing", () => {
  fc.assert(
    fc.property(scripts, (script) => {
      run(script, (call, before, got, after) => {
        const event = events[call];
        if (event !== undefined && transition(before, event) !== "refused") return;
        expect(after).toBe(before);
        expect([400, 403]).toContain(got[0]?.status);
        if (got[0]?.status === 400) expect(got[0]).toBe(invalidRequestId);
        else if (event !== undefined) expect(got[0]).toEqual(refusedTransition(before, targets[event]));
      });
    }),
  );
});

test("an id that is not in flight is refused as such, in every state", () => {
  fc.assert(
    fc.property(scripts, (script) => {
      run(script, (call, _before, got) => {
        if (call === "wrongId") expect(got).toEqual([invalidRequestId]);
      });
    }),
  );
});

/** What may follow on what: no event before the runtime is ready, one response an event, and its end before the next. */
const followers: Record<string, string[]> = {
  start: ["ready", "initFailed", "restored"],
  restored: ["ready", "initFailed"],
  initFailed: [],
  ready: ["delivered"],
  delivered: ["response"],
  response: ["answered"],
  answered: ["ready"],
};

test("every call has at most one answer, every event at most one response, and none begins before the last is over", () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const { replies, happened } = run(script, () => {});
      for (const got of replies) expect(got.length).toBeLessThanOrEqual(1);
      for (const [index, what] of happened.entries())
        expect(followers[happened[index - 1] ?? "start"]).toContain(what);
    }),
  );
});
