import { expect, test } from "vitest";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import type { Callable } from "../catalog/callable.ts";
import type { Flight } from "../invoke/flight.ts";
import type { InvokeRequest } from "../invoke/request.ts";
import type { Granted } from "../shard/event.ts";
import { aTarget } from "../testing/placer.ts";
import type { Held, Launched } from "./held.ts";
import type { FleetObserver } from "./observer.ts";
import type { Wanted } from "./requests.ts";
import { createWork, type WorkDeps } from "./work.ts";

test("an event is kept until its function has begun, for it may have to be sent elsewhere, and no longer", () => {
  let released = 0;
  const callable = { timeoutMs: 900_000, revision: { metadata: { name: "hello-1" } } } as Callable;
  const request = {
    requestId: "r",
    callable,
    payload: new Uint8Array(100),
    release: () => void released++,
  } as InvokeRequest;
  const sent: number[] = [];
  const send = (_type: string, _head: object, body?: Uint8Array) => sent.push(body?.length ?? 0) > 0;
  const held = { pod: { namespace: "team" }, link: { send }, launched: new Map() } as unknown as Held;
  const work = createWork({ clock: { monotonicMs: () => 0 } } as WorkDeps);
  const wanted = { request } as Wanted;
  const granted = { grant: "1.1", epoch: 1, target: aTarget(), assigned: false } as Granted;
  work.launch(held, wanted, granted);
  expect([sent, request.payload.length, released]).toEqual([[100], 100, 0]);
  work.receive(held, { type: "begin", head: { requestId: "r", grant: "1.1" }, body: new Uint8Array(0) });
  expect([request.payload.length, released]).toEqual([0, 1]);
});

test.each([
  ["over a second", 700, "info"],
  ["no longer than that", 600, "debug"],
] as const)(
  "a cold start %s is one line, with each phase of its request (%d ms of INIT, at %s)",
  (_, initMs, level) => {
    let nowMs = 0;
    const said: unknown[] = [];
    const keep = (at: string) => (message: string, fields?: object) => void said.push([at, message, fields]);
    const log = { ...createTestLog(), info: keep("info"), debug: keep("debug") };
    const callable = { namespace: "team", functionName: "hello", timeoutMs: 3_000 } as Callable;
    const cold = { way: "pod", decidedAtMs: 50, assignedAtMs: 350, wantedAtMs: 0 } as const;
    const held = {
      pod: { namespace: "team", claim: "dedicated" },
      callable,
      cold,
      launched: new Map(),
    } as unknown as Held;
    const observer = { initialized() {}, coldStarted() {} } as unknown as FleetObserver;
    const happen = () => undefined;
    const work = createWork({
      clock: { monotonicMs: () => nowMs },
      log,
      observer,
      happen,
    } as unknown as WorkDeps);
    const flight = { request: { payload: new Uint8Array(0) }, responseHead() {} } as unknown as Flight;
    held.launched.set("r", { flight, state: "sent" } as Launched);
    nowMs = 350 + initMs;
    const body = new Uint8Array(0);
    const times = { initMs, unpackMs: 0, processStartMs: 0, process: "anew" as const };
    work.receive(held, {
      type: "initialized",
      head: { revision: "hello-1", status: "success", ...times },
      body,
    });
    nowMs += 10;
    for (let answer = 0; answer < 2; answer++)
      work.receive(held, { type: "responseHead", head: { requestId: "r", mode: "buffered" }, body });
    const phases = { wait: 50, claim: 300, code: 0, init: initMs, first_byte: 10 };
    expect(said).toEqual([
      [
        level,
        "a cold start",
        { requestId: "r", namespace: "team", function: "hello", way: "pod", ...phases },
      ],
    ]);
  },
);

test("an end is told of the request, which knows by which alias it came, not of what the environment was assigned", () => {
  const revision = { metadata: { name: "hello-1" } };
  const callable = { timeoutMs: 1_000, revision, qualifier: "live" } as Callable;
  const assigned = { timeoutMs: 1_000, revision } as Callable;
  const told: Callable[] = [];
  const link = { send: () => true };
  const held = {
    pod: { namespace: "team" },
    link,
    launched: new Map(),
    callable: assigned,
  } as unknown as Held;
  const observer = { ended: (of: Callable) => told.push(of) };
  const work = createWork({
    clock: { monotonicMs: () => 0 },
    observer,
    happen: () => undefined,
  } as unknown as WorkDeps);
  const request = { requestId: "r", callable, payload: new Uint8Array(1) } as InvokeRequest;
  const granted = { grant: "1.1", epoch: 1, target: aTarget(), assigned: false } as Granted;
  work.launch(held, { request, answer: () => undefined } as unknown as Wanted, granted);
  const body = new Uint8Array(0);
  const end = {
    requestId: "r",
    grant: "1.1",
    status: "success",
    durationMs: 1,
    billedMs: 1,
    memoryUsedMb: 1,
  };
  work.receive(held, { type: "begin", head: { requestId: "r", grant: "1.1" }, body });
  work.receive(held, { type: "end", head: end, body } as Parameters<typeof work.receive>[1]);
  expect(told).toEqual([callable]);
});
