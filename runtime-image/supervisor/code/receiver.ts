/** What takes archives as their frames come. */
import type { HeadOf, ToEnvironment } from "../../../crds/link/messages.ts";

export interface CodeReceiver {
  /** Settles when all is in place, at once when it is in the image; rejects when it is not what was promised. */
  done: Promise<void>;
  push(head: HeadOf<ToEnvironment, "code">, body: Uint8Array): void;
  behind(): boolean;
  caughtUp(callback: () => void): void;
}
