import { expect, test } from "vitest";
import type { Callable } from "../catalog/callable.ts";
import type { InvokeRequest } from "../invoke/request.ts";
import type { Granted } from "../shard/event.ts";
import { aTarget } from "../testing/placer.ts";
import type { Held } from "./held.ts";
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
