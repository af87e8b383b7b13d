/** A pod that finds no room: who leaves for it. */
import { expect, test } from "vitest";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import type { StartFailure } from "./attempt.ts";
import type { Decision } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { createPlacerState, type Target } from "./state.ts";
import { step } from "./step.ts";

const targetOf = (namespace: string, name: string) =>
  aTarget({ key: `${namespace}/${name}-1`, functionKey: `${namespace}/${name}`, namespace });

/** A placer with environments that have been idle since the given times, and a function that waits for its first. */
function aFullPlacer() {
  const state = createPlacerState(placerOptions(), 1);
  const idle = (target: Target, sinceMs: number, kept = false) => {
    const id = target.key;
    const environment = { ...anEnvironment(id), namespace: target.namespace, kept };
    step(state, { type: "joined", environment: { ...environment, as: { kind: "fresh", target } } }, sinceMs);
    step(state, { type: "confirmed", joinedAs: state.nextId }, sinceMs);
    step(state, { type: "initialized", environmentId: id, failed: false }, sinceMs);
  };
  const target = targetOf("team", "starting");
  let wanted = 0;
  const wait = () => {
    const want = { id: `w${wanted++}`, from: "us", target, caps: someCaps(), bytes: 0 };
    const [create] = step(state, { type: "want", want }, 100);
    if (create?.type !== "create") throw new Error("no pod was asked for");
    return { revisionKey: target.key, startId: create.startId };
  };
  return { state, idle, wait };
}

const dismissed = (decisions: Decision[]) =>
  decisions.flatMap((one) => (one.type === "dismiss" ? [one.environmentId] : []));

test("no node has room: of all namespaces the one that has been idle for longest leaves, one each time it is said", () => {
  const { state, idle, wait } = aFullPlacer();
  idle(targetOf("team", "second"), 20);
  idle(targetOf("other", "first"), 10);
  idle(targetOf("team", "third"), 30);
  const start = wait();
  expect(dismissed(step(state, { type: "crowded", ...start }, 200))).toEqual(["other/first-1"]);
  expect(dismissed(step(state, { type: "crowded", ...start }, 300))).toEqual(["team/second-1"]);
});

test("a few leave for a function that no node can hold, and no more for a while, doubling", () => {
  const { state, idle, wait } = aFullPlacer();
  for (let count = 0; count < 50; count++) idle(targetOf("other", `idle${count}`), count);
  const start = wait();
  const during = (fromMs: number, toMs: number) => {
    let left = 0;
    for (let nowMs = fromMs; nowMs < toMs; nowMs += 100)
      left += dismissed(step(state, { type: "crowded", ...start }, nowMs)).length;
    return left;
  };
  const { roomMadeMax, roomAgainMsMin } = placerLimits;
  expect(during(200, roomAgainMsMin)).toBe(roomMadeMax);
  expect(during(roomAgainMsMin + 1_000, 2 * roomAgainMsMin)).toBe(roomMadeMax);
  expect(during(2 * roomAgainMsMin, 3 * roomAgainMsMin)).toBe(0);
});

test("functions of one namespace that fit no node share what may leave for them, deployed anew or not", () => {
  const { state, idle } = aFullPlacer();
  for (let count = 0; count < 50; count++) idle(targetOf("other", `idle${count}`), count);
  let left = 0;
  for (let count = 0; count < 10; count++) {
    const target = targetOf("team", `huge${count}`);
    const want = { id: target.key, from: "us", target, caps: someCaps(), bytes: 0 };
    const [create] = step(state, { type: "want", want }, 100);
    if (create?.type !== "create") throw new Error("no pod was asked for");
    const crowded = { type: "crowded", revisionKey: target.key, startId: create.startId } as const;
    for (let times = 0; times < 5; times++) left += dismissed(step(state, crowded, 200)).length;
  }
  expect(left).toBe(placerLimits.roomMadeMax);
});

test("more leave for one whose pods do start", () => {
  const { state, idle, wait } = aFullPlacer();
  for (let count = 0; count < 50; count++) idle(targetOf("other", `idle${count}`), count);
  const start = wait();
  for (let count = 0; count < placerLimits.roomMadeMax; count++)
    step(state, { type: "crowded", ...start }, 200);
  step(state, { type: "started", ...start }, 300);
  expect(dismissed(step(state, { type: "crowded", ...wait() }, 400))).toHaveLength(1);
});

test("provisioned environments stay, and those in use", () => {
  const { state, idle, wait } = aFullPlacer();
  idle(targetOf("team", "provisioned"), 10, true);
  const busy = targetOf("team", "busy");
  idle(busy, 20);
  step(state, { type: "want", want: { id: "b", from: "us", target: busy, caps: someCaps(), bytes: 0 } }, 30);
  expect(step(state, { type: "crowded", ...wait() }, 200)).toEqual([]);
});

test("nobody leaves for a start that is over", () => {
  const { state, idle, wait } = aFullPlacer();
  idle(targetOf("team", "idle"), 10);
  const start = wait();
  step(state, { type: "started", ...start }, 150);
  expect(step(state, { type: "crowded", ...start }, 200)).toEqual([]);
});

test.each<[StartFailure["kind"], string[]]>([
  ["quota", ["team/mine-1"]],
  ["admission", []],
  ["unavailable", []],
])("a pod refused for %s: who leaves is of its namespace", (kind, expected) => {
  const { state, idle, wait } = aFullPlacer();
  idle(targetOf("other", "theirs"), 10);
  idle(targetOf("team", "mine"), 20);
  const event = { type: "startFailed", ...wait(), failure: { kind, message: "no" } } as const;
  expect(dismissed(step(state, event, 200))).toEqual(expected);
});
