import { test } from "vitest";
import { createTestClock } from "../testing/clock.ts";
import { storeContract } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";

for (const [claim, check] of Object.entries(storeContract)) {
  test(`the store in memory ${claim}`, () => check(createMemoryStore({ clock: createTestClock() })));
}
