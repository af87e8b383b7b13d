/** Code that may stop coming: the link it comes by is lost, what is missing never comes, and half a function is nobody's. */
import type { CodeReceiver } from "./receiver.ts";

/** `cut` changes nothing once all of it is in place. */
export function cuttable(receiver: CodeReceiver): { receiver: CodeReceiver; cut(): void } {
  const lost = Promise.withResolvers<never>();
  return {
    receiver: { ...receiver, done: Promise.race([receiver.done, lost.promise]) },
    cut: () => lost.reject(new Error("the link was lost before all of it had come")),
  };
}
