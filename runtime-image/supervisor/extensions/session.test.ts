/** Properties of the Extensions API's session: whatever extensions call, in whatever order. */

import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties.ts";
import type { Exchange } from "../runtime-api/http/connection.ts";
import type { Reply } from "../runtime-api/http/reply.ts";
import { createExtensionSession } from "./session.ts";

const facts = { functionName: "f", functionVersion: "1", handler: "h", accountId: "123456789012" };
const calls = ["register", "next", "initError", "exitError", "invoke", "close"] as const;
const names = ["outer", "inner", ""] as const;
const bodies = [
  '{"events":["INVOKE"]}',
  '{"events":["SHUTDOWN"]}',
  '{"events":[]}',
  "{",
  "7",
  '{"events":7}',
];

const anyStep = fc.record({
  call: fc.constantFrom(...calls),
  name: fc.constantFrom(...names),
  body: fc.constantFrom(...bodies),
  identified: fc.boolean(),
});

/** A session with one external extension, `outer`, and callers that keep every reply. */
function play() {
  const told: string[] = [];
  const session = createExtensionSession(["outer"], facts, {
    registered: () => void told.push("registered"),
    idle: () => void told.push("idle"),
    told: (errorType) => void told.push(errorType),
  });
  const replies: Reply[][] = [];
  const ids = new Map<string, string>();
  const open = (headers: Record<string, string>) => {
    const got: Reply[] = [];
    replies.push(got);
    const head = { method: "POST", path: "/", headers: new Map(Object.entries(headers)), close: false };
    const exchange: Exchange = {
      head,
      reply: (one) => void got.push(one),
      closed: () => false,
      pause: () => {},
      resume: () => {},
    };
    return { exchange, got };
  };

  function register(name: string, body: string): void {
    const { exchange, got } = open({ "lambda-extension-name": name });
    const sink = session.register(exchange);
    sink.chunk(Buffer.from(body));
    sink.end(new Map());
    const id = got[0]?.headers?.find(([header]) => header === "Lambda-Extension-Identifier")?.[1];
    if (id !== undefined) ids.set(name, id);
  }

  return {
    session,
    told,
    replies,
    step({ call, name, body, identified }: typeof anyStep extends fc.Arbitrary<infer S> ? S : never) {
      const id = identified ? (ids.get(name) ?? "") : "nobody";
      const headers = { "lambda-extension-identifier": id, "lambda-extension-function-error-type": "A.B" };
      if (call === "register") register(name, body);
      else if (call === "next") session.next(open(headers).exchange);
      else if (call === "close") session.closeRegistration();
      else if (call === "invoke") {
        session.notify({ eventType: "INVOKE", deadlineMs: 1, requestId: "r", invokedFunctionArn: "a" });
      } else session.error(open(headers).exchange, call);
    },
  };
}

test("every call is answered at most once, and only a call for the next event waits", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const { replies, step, session } = play();
      steps.forEach(step);
      for (const got of replies) expect(got.length).toBeLessThanOrEqual(1);
      const waiting = replies.filter((got) => got.length === 0).length;
      const ready = session.all().filter(({ state }) => state === "Ready" || state === "ExitError").length;
      expect(waiting).toBeLessThanOrEqual(ready);
    }),
  );
});

test("the runtime is started once, when the external extension registered, and never before", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const { told, step, session } = play();
      steps.forEach(step);
      const isRegistered = session.all().some(({ name, state }) => name === "outer" && state !== "Started");
      expect(told.filter((one) => one === "registered")).toHaveLength(isRegistered ? 1 : 0);
    }),
  );
});
