import { expect, test } from "vitest";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { listenerLimits } from "./limits.ts";
import { linger } from "./linger.ts";

const { lingerMs, lingerMsMax } = listenerLimits;

function lingering(busy: { taken: number; pending: number }) {
  const clock = createTestClock();
  let endedAtMs: number | undefined;
  const ended = linger(clock, { taken: () => busy.taken, pending: () => busy.pending }).then(() => {
    endedAtMs = clock.monotonicMs();
  });
  return { clock, ended, endedAtMs: () => endedAtMs };
}

test("nobody asks: one moment of quiet is enough", async () => {
  const it = lingering({ taken: 7, pending: 0 });
  await it.clock.advance(lingerMsMax * 2);
  expect(it.endedAtMs()).toBe(lingerMs);
});

test("every request makes it stay a moment more, and one being answered keeps it", async () => {
  const busy = { taken: 0, pending: 1 };
  const it = lingering(busy);
  await it.clock.advance(lingerMs * 3);
  busy.taken++;
  busy.pending = 0;
  await it.clock.advance(lingerMs * 10);
  expect(it.endedAtMs()).toBe(lingerMs * 5);
});

test("callers that never cease do not keep it for ever", async () => {
  const it = lingering({ taken: 1, pending: 1 });
  await it.clock.advance(lingerMsMax * 2);
  expect(it.endedAtMs()).toBe(lingerMsMax);
});
