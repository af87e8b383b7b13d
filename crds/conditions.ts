/** Conditions: their shape, the types we set, and how one is replaced without losing when it last changed. */
import type { z } from "zod";
import { choice, instant, integer, listByKey, object, text } from "./fields/field.ts";

/** Every condition type any of our kinds carries, with what "True" means. */
export const conditionTypes = {
  /** The object does what its spec says, as of `observedGeneration`. */
  Ready: "Ready",
  /** The code of the current spec was fetched, checked and stored. */
  CodeReady: "CodeReady",
  /** Environments of the serving Revision initialise; when False, it carries the last init error. */
  Invocable: "Invocable",
  /** Pods of the serving Revision can be created; when False, quota, admission, scheduling or image is in the way. */
  Schedulable: "Schedulable",
  /** The concurrency that the spec reserves is reserved; there only where some is asked for. */
  Reserved: "Reserved",
} as const;

export type ConditionType = (typeof conditionTypes)[keyof typeof conditionTypes];

/** Kubernetes' conditions allow 32 KB; what people read needs less, and a longer one would have the whole status refused. */
const messageLengthMax = 4096;

const condition = object("One aspect of the object's state, as Kubernetes conditions are.", {
  type: text("What is being said, for example Ready.", 64, /^[A-Za-z][A-Za-z0-9]*$/),
  status: choice("Whether it holds.", ["True", "False", "Unknown"]),
  reason: text("Why, in one CamelCase word for programs.", 128, /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/),
  message: text("Why, in a sentence for people.", messageLengthMax),
  lastTransitionTime: instant("When `status` last changed."),
  observedGeneration: integer(
    "The generation of the spec this was said about.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
});

export const conditions = listByKey("What is true of this object now.", condition, 16, ["type"]);

export type Condition = z.output<typeof condition>;

/**
 * `existing` with `next` in the place of its type, sorted by type. The transition time moves only when the status does; a
 * message that is too long is cut.
 */
export function withCondition(
  existing: readonly Condition[],
  next: Omit<Condition, "lastTransitionTime">,
  now: string,
): Condition[] {
  const before = existing.find((one) => one.type === next.type);
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : now;
  const said = { ...next, message: next.message.slice(0, messageLengthMax), lastTransitionTime };
  return [...existing.filter((one) => one.type !== next.type), said].sort((a, b) =>
    a.type < b.type ? -1 : 1,
  );
}

export function conditionOf(existing: readonly Condition[], type: ConditionType): Condition | undefined {
  return existing.find((one) => one.type === type);
}
