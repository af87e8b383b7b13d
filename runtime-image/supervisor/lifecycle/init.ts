/** INIT: from the start of the first process until the runtime and every extension asked for their first event. Says how it went; what to do about it is the caller's. */
import type { Generation } from "./generation.ts";

export type InitOutcome =
  | { status: "success" }
  | { status: "timeout" }
  /** `body`, if the runtime wrote one, is the caller's answer verbatim; `ownType` is the error's type as it stands there. */
  | { status: "error"; errorType: string; message: string; ownType?: string; body?: Uint8Array };

/** Who hears how far INIT is. */
export interface InitListener {
  /** The runtime waits for its restore, which follows at once. */
  restored(): void;
  /** The runtime asked for its first event; extensions may still be at it. */
  runtimeDone(): void;
}

/** Takes the generation's events until INIT is decided; a `timeout` event must come if nothing else does. */
export async function awaitInit(generation: Generation, listener: InitListener): Promise<InitOutcome> {
  let isReady = false;
  let isRestoring = false;
  for (;;) {
    if (isReady && generation.extensions.isIdle()) return { status: "success" };
    const event = await generation.events.next();
    switch (event.kind) {
      case "ready":
        generation.extensions.closeRegistration();
        listener.runtimeDone();
        isReady = true;
        isRestoring = false;
        break;
      case "restored":
        listener.restored();
        isRestoring = true;
        break;
      case "extensionsIdle":
        break;
      case "timeout":
        return isRestoring ? restoreTimeout : { status: "timeout" };
      case "initFailed": {
        const { errorType, body } = event.failure;
        return { status: "error", errorType, ...describeBody(body), body };
      }
      case "failed":
        return { status: "error", errorType: event.errorType, message: event.message };
      case "exceeded":
        return { status: "error", errorType: event.excess.errorType, message: event.excess.message };
      case "answered":
        // Not possible before an event was handed over; the session refuses it.
        throw new Error("an answer came during INIT");
    }
  }
}

/** Hooks that run after a restore have an error of their own. */
const restoreTimeout: InitOutcome = {
  status: "error",
  errorType: "Runtime.RestoreHookUserTimeout",
  message: "The hooks after the restore did not end in time",
};

/** For the condition a person reads; the body itself stays untouched. */
function describeBody(body: Uint8Array): { message: string; ownType?: string } {
  const text = Buffer.from(body.subarray(0, 64 * 1024)).toString("utf8");
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || !("errorMessage" in parsed))
      return { message: text };
    const ownType = "errorType" in parsed ? { ownType: String(parsed.errorType).slice(0, 256) } : {};
    return { message: String(parsed.errorMessage), ...ownType };
  } catch (cause) {
    // A custom runtime may write anything; then the text itself is the message.
    if (cause instanceof SyntaxError) return { message: text };
    throw cause;
  }
}
