/** What was asked of the code store and comes when nobody waits for it any more. */
import type { CodeStore } from "./store.ts";

/** Closed when it comes: a stream that nobody reads gathers its whole object in memory. */
export function leaveUnread(asked: ReturnType<CodeStore["get"]>): void {
  // Who asked has heard that it was given up; how it ends is no news to anybody.
  asked.then((found) => found?.stream.cancel()).catch(() => undefined);
}
