/**
 * A link's states, seen from the gateway: a table of what each happening means in each state. Pure; `connection.ts` does
 * what it says.
 */
import type { ToGateway } from "../../crds/link/messages.ts";

export type State = "challenged" | "verifying" | "open" | "closed";

/** A message arrived, the hello was judged, or the connection ended one way or another. */
export type Happening = ToGateway["type"] | "admitted" | "refused" | "late" | "disconnected" | "broken";

/**
 * verify: check the hello. welcome: answer it and tell the rest of the gateway. deliver: hand the message on. turnAway: say
 * `refuse`, then close. cut: close without a word. forget: the connection is gone. nothing: it came too late to matter.
 */
export type Action = "verify" | "welcome" | "deliver" | "turnAway" | "cut" | "forget" | "nothing";

export interface Step {
  state: State;
  action: Action;
}

const cut: Step = { state: "closed", action: "cut" };
const nothing: Step = { state: "closed", action: "nothing" };
const forget: Step = { state: "closed", action: "forget" };
const deliver: Step = { state: "open", action: "deliver" };
const turnAway: Step = { state: "closed", action: "turnAway" };

const everyMessage = <T>(step: T) => ({
  initialized: step,
  begin: step,
  responseHead: step,
  responseChunk: step,
  responseEnd: step,
  end: step,
  leaving: step,
  pong: step,
  standing: step,
  released: step,
  recalled: step,
});

export const table: Record<State, Record<Happening, Step>> = {
  challenged: {
    ...everyMessage(cut),
    hello: { state: "verifying", action: "verify" },
    admitted: cut,
    refused: cut,
    late: cut,
    disconnected: forget,
    broken: cut,
  },
  verifying: {
    ...everyMessage(cut),
    hello: cut,
    admitted: { state: "open", action: "welcome" },
    refused: turnAway,
    late: cut,
    disconnected: forget,
    broken: cut,
  },
  open: {
    ...everyMessage(deliver),
    hello: cut,
    admitted: cut,
    refused: cut,
    /** The handshake's time limit means nothing once the link is open. */
    late: { state: "open", action: "nothing" },
    disconnected: forget,
    broken: cut,
  },
  closed: {
    ...everyMessage(nothing),
    hello: nothing,
    admitted: nothing,
    refused: nothing,
    late: nothing,
    disconnected: nothing,
    broken: nothing,
  },
};
