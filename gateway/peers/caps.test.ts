/** C1: a limit is what the placer knows, whichever gateway a request comes through and whatever that has heard. */
import { expect, test } from "vitest";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, aRevision } from "../../kernel/testing/objects.ts";
import { createTestRandom } from "../../kernel/testing/quiet.ts";
import { createCatalog } from "../catalog/catalog.ts";
import { createPlacerState } from "../placer/state.ts";
import { step } from "../placer/step.ts";
import type { ShardEvent } from "../shard/event.ts";
import { aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { withOurCaps } from "./caps.ts";

/** A gateway that knows so much of `hello`. */
function aCatalog(reservedConcurrency?: number) {
  const settings = settingsSchema.parse({});
  const catalog = createCatalog({ random: createTestRandom() }, { settings, poolShapeOf: () => undefined });
  catalog.revisionChanged("team/hello-1", aRevision({}, { name: "hello-1" }));
  catalog.functionChanged("team/hello", reserving(reservedConcurrency));
  return catalog;
}
const reserving = (reservedConcurrency?: number) =>
  aFunction({ reservedConcurrency }, {}, { revision: "hello-1", state: "Active", reservedConcurrency });
/** Through a gateway that has heard of no reservation. */
const asked = (key = "team/hello-1"): ShardEvent => ({
  type: "clientSays",
  peer: "them",
  message: {
    type: "want",
    want: { id: "w", target: aTarget({ key }), caps: someCaps(), bytes: 0 },
  },
});
const wantOf = (event: ShardEvent) =>
  event.type === "clientSays" && event.message.type === "want" ? event.message.want : undefined;

test("a want of another gateway is held to our limits, not to its own", () => {
  expect(wantOf(withOurCaps(asked(), aCatalog(3)))?.caps.reserved).toBe(3);
});

test("and to those of the moment it is placed, should they change while it waits", () => {
  const catalog = aCatalog(3);
  const want = wantOf(withOurCaps(asked(), catalog));
  catalog.functionChanged("team/hello", reserving(0));
  expect(want?.caps.reserved).toBe(0);
  const placer = createPlacerState(placerOptions(), 1);
  if (want === undefined) throw new Error("no want");
  const [decision] = step(placer, { type: "want", want: { ...want, from: "them" } }, 0);
  expect(decision).toMatchObject({
    type: "refuse",
    refusal: { reason: "ReservedFunctionConcurrentInvocationLimitExceeded" },
  });
});

test("of what we have not heard of at all its gateway's word stands", () => {
  const event = asked("team/other-1");
  expect(withOurCaps(event, aCatalog(3))).toBe(event);
});

test("nothing but a want is touched", () => {
  const event: ShardEvent = { type: "clientSays", peer: "them", message: { type: "cancel", wantId: "w" } };
  expect(withOurCaps(event, aCatalog(3))).toBe(event);
});
