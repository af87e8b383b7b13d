import { expect, test } from "vitest";
import { settle } from "../testing/clock.ts";
import { createTurns } from "./turns.ts";

test("lets so many work at once, and the next when one is done, failed or not", async () => {
  const turns = createTurns(2);
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  let working = 0;
  let most = 0;
  const done: number[] = [];
  const all = gates.map((gate, index) =>
    turns
      .take(async () => {
        most = Math.max(most, ++working);
        await gate.promise.finally(() => working--);
        done.push(index);
      })
      .catch(() => done.push(-index)),
  );
  await settle();
  expect(working).toBe(2);
  gates[1]?.reject(new Error("failed"));
  for (const gate of gates) gate.resolve();
  await Promise.all(all);
  expect([most, done.toSorted()]).toEqual([2, [-1, 0, 2, 3]]);
});
