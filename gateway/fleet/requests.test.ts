import { expect, test } from "vitest";
import type { Clock } from "../../kernel/clock/clock.ts";
import type { Callable } from "../catalog/callable.ts";
import type { InvokeRequest } from "../invoke/request.ts";
import type { Refusal } from "../placer/state.ts";
import type { ShardEvent } from "../shard/event.ts";
import { aTarget, someCaps } from "../testing/placer.ts";
import { fleetLimits } from "./limits.ts";
import { createRequests } from "./requests.ts";

const overLimit: Refusal = {
  kind: "throttled",
  reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  retryMs: 1_000,
};
const overRate: Refusal = {
  kind: "throttled",
  reason: "ReservedFunctionInvocationRateLimitExceeded",
  retryMs: 1_000,
};

/** Requests, a shard that only listens, and time that passes when told to. */
function aDesk() {
  const asked: ShardEvent[] = [];
  const told: Refusal[] = [];
  const due: { ms: number; call: () => void }[] = [];
  const clock: Partial<Clock> = {
    monotonicMs: () => 0,
    after(ms, call) {
      due.push({ ms, call });
      return () => {};
    },
  };
  const requests = createRequests(
    { clock: clock as Clock },
    { waitMsMax: 10_000 },
    (_, event) => asked.push(event),
    (_, refusal) => told.push(refusal),
  );
  return {
    requests,
    asked,
    told,
    due,
    invoke(requestId: string, over: Partial<InvokeRequest> = {}) {
      const callable = { target: aTarget(), caps: someCaps(), namespace: "team" } as Callable;
      return requests.invoke({
        requestId,
        callable,
        payload: new Uint8Array(1),
        logTail: false,
        ...over,
      } as InvokeRequest);
    },
    refuse(requestId: string, refusal: Refusal) {
      const one = requests.take(requestId);
      if (one === undefined) throw new Error(`${requestId} does not wait`);
      requests.refused(one, refusal);
    },
    passPause() {
      for (const { call } of due.splice(0)) call();
    },
  };
}

test("who is over its limit is asked about once more, and told then", async () => {
  const desk = aDesk();
  const answer = desk.invoke("r");
  desk.refuse("r", overLimit);
  expect(desk.due.map(({ ms }) => ms)).toEqual([fleetLimits.overLimitAgainMs]);
  expect(desk.told).toEqual([]);
  desk.passPause();
  expect(desk.asked.map(({ type }) => type)).toEqual(["want", "want"]);
  desk.refuse("r", overLimit);
  expect(await answer).toMatchObject({ kind: "refused", error: { code: "TooManyRequestsException" } });
  expect(desk.told).toEqual([overLimit]);
});

test("who was held at the placer, and told then that the limit is reached, is not asked about once more", async () => {
  const desk = aDesk();
  const answer = desk.invoke("r");
  desk.refuse("r", { ...overLimit, wasHeld: true });
  expect(await answer).toMatchObject({ kind: "refused", error: { code: "TooManyRequestsException" } });
  expect(desk.due).toEqual([]);
});

test("who asks too often is told at once", async () => {
  const desk = aDesk();
  const answer = desk.invoke("r");
  desk.refuse("r", overRate);
  expect(await answer).toMatchObject({ kind: "refused" });
  expect(desk.due).toEqual([]);
});

test.each<[string, number, number]>([
  ["requests", 1, fleetLimits.overLimitMax],
  ["bytes", fleetLimits.overLimitBytesMax / 4, 4],
])(
  "no more %s than allowed are held for that: whoever comes beyond is told at once",
  async (_, bytes, room) => {
    const desk = aDesk();
    const payload = new Uint8Array(bytes);
    const answers = Array.from({ length: room + 1 }, (_, index) => desk.invoke(`r${index}`, { payload }));
    for (let index = 0; index <= room; index++) desk.refuse(`r${index}`, overLimit);
    expect(await answers[room]).toMatchObject({ kind: "refused" });
    expect(desk.due).toHaveLength(room);
    desk.passPause();
    // There is room again.
    void desk.invoke("later", { payload });
    desk.refuse("later", overLimit);
    expect(desk.due).toHaveLength(1);
  },
);

test.each<[string, (desk: ReturnType<typeof aDesk>) => void]>([
  ["the second time, over its limit the first", (desk) => desk.refuse("r", overLimit)],
  [
    "for another environment, the first having no link",
    (desk) => {
      const one = desk.requests.take("r");
      if (one !== undefined) desk.requests.later(one);
    },
  ],
])("a caller that hangs up while its request waits %s leaves the line", async (_, happens) => {
  const desk = aDesk();
  const caller = new AbortController();
  const answer = desk.invoke("r", { signal: caller.signal });
  happens(desk);
  desk.passPause();
  desk.requests.beat();
  caller.abort();
  expect(await answer).toEqual({ kind: "abandoned" });
  expect(desk.asked.at(-1)).toEqual({ type: "cancel", wantId: "r" });
});

test("who was granted an environment out of this gateway's reach asks again less and less often, as one that was let in", async () => {
  const desk = aDesk();
  void desk.invoke("r");
  const pausesMs: number[] = [];
  for (let round = 0; round < 8; round++) {
    const one = desk.requests.take("r");
    if (one === undefined) throw new Error("it does not wait");
    desk.requests.later(one);
    pausesMs.push(...desk.due.map(({ ms }) => ms));
    desk.passPause();
  }
  expect(pausesMs).toEqual([20, 40, 80, 160, 320, 500, 500, 500]);
  const wants = desk.asked.flatMap((event) => (event.type === "want" ? [event.want.paced === true] : []));
  expect(wants).toEqual([false, ...pausesMs.map(() => true)]);
});

test("so does who was sent to an environment that started nothing", () => {
  const desk = aDesk();
  void desk.invoke("r");
  const one = desk.requests.take("r");
  if (one !== undefined) desk.requests.again(one);
  expect(desk.asked.at(-1)).toMatchObject({ type: "want", want: { id: "r", paced: true } });
});
