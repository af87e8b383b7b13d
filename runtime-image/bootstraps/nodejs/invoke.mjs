/** Calls a handler and waits for its answer, however it gives it: a promise, a value's callback, `context.succeed` and `fail`. */
import { runtimeError } from "./errors.mjs";

/**
 * Resolves to the result; rejects with the error. `whenIdle` calls back when nothing is left to run in the process: a
 * callback handler's answer waits for that unless it set `callbackWaitsForEmptyEventLoop = false`, and a handler that
 * never answers is answered then.
 */
export function callHandler(handler, event, context, whenIdle) {
  return new Promise((resolve, reject) => {
    let finish;
    let isPromise = false;
    const settle = (error, result) => {
      if (finish !== undefined) return;
      finish = () => (error === undefined || error === null ? resolve(result) : reject(error));
      if (!context.callbackWaitsForEmptyEventLoop) finish();
    };
    const atOnce = (error, result) => {
      context.callbackWaitsForEmptyEventLoop = false;
      settle(error, result);
    };
    context.done = atOnce;
    context.succeed = (result) => atOnce(undefined, result);
    context.fail = (error) =>
      atOnce(error ?? runtimeError("Error", "the function failed without saying why"));
    whenIdle(() => {
      if (finish !== undefined) finish();
      else if (isPromise && hasExitError) reject(unsettled());
      else resolve(null);
    });
    const returned = handler(event, context, settle);
    if (typeof returned?.then !== "function") return;
    isPromise = true;
    returned.then(resolve, reject);
  });
}

/** Since Node 24 Lambda reports a promise that nothing can settle any more; before, it answered null. */
const hasExitError = Number(process.versions.node.split(".")[0]) >= 24;

const unsettled = () =>
  runtimeError(
    "Runtime.NodeJsExit",
    "The handler's promise was never settled, and nothing is left to run that could settle it.",
  );
