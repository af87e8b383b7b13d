/** Takes an archive that comes in the assign frame or in the `code` frames after it, in order, as much as was announced. */
import type { CodeDelivery, HeadOf, ToEnvironment } from "../../../crds/link/messages.ts";
import { CodeError, createUnpacker } from "./unpack.ts";

export interface CodeReceiver {
  /** Settles when the code is in place, at once when it is in the image; rejects when it is not what was promised. */
  done: Promise<void>;
  push(head: HeadOf<ToEnvironment, "code">, body: Uint8Array): void;
  behind(): boolean;
  caughtUp(callback: () => void): void;
}

/** There is nothing to receive. */
const inImage: CodeReceiver = {
  done: Promise.resolve(),
  push: () => {},
  behind: () => false,
  caughtUp: () => {},
};

export function receiveCode(delivery: CodeDelivery, inline: Uint8Array, root: string): CodeReceiver {
  if (delivery.delivery === "image") return inImage;
  const unpacker = createUnpacker(delivery.sha256, root);
  let bytes = 0;

  function take(body: Uint8Array, isLast: boolean): void {
    bytes += body.length;
    unpacker.push(body);
    if (!isLast) return;
    if (bytes === delivery.archiveBytes) unpacker.end();
    else unpacker.fail(new CodeError(`${bytes} bytes of code came, ${delivery.archiveBytes} were announced`));
  }

  if (delivery.delivery === "inline") take(inline, true);
  return {
    ...unpacker,
    push(head, body) {
      if (head.offset === bytes) take(body, head.last);
      else unpacker.fail(new CodeError(`code at ${head.offset} does not continue at ${bytes}`));
    },
  };
}
