/** A function's handler that tries to be its own environment: it says hello with the token it found in its pod. */
import { type Dial, type Dialed, dial } from "./dialer.ts";

export const handler = (event: Dial): Promise<Dialed> => dial(event);
