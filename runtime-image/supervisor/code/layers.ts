/**
 * Unpacks layers over each other, in their order: the next one's first file is written when the last of the one before is. What
 * comes earlier waits, and the link with it.
 */
import type { HeadOf, LayerDelivery, ToEnvironment } from "../../../crds/link/messages.ts";
import { type ArchiveReceiver, receiveArchive } from "./archive.ts";
import type { CodeReceiver } from "./receiver.ts";
import { CodeError } from "./unpack.ts";

interface Frame {
  head: HeadOf<ToEnvironment, "code">;
  body: Uint8Array;
}

export function receiveLayers(layers: readonly LayerDelivery[], root: string): CodeReceiver {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const waiting: Frame[] = [];
  let current: ArchiveReceiver | undefined;
  let index = -1;
  let caughtUp = () => {};

  function next(): void {
    index += 1;
    const layer = layers[index];
    current = layer === undefined ? undefined : receiveArchive(layer, root, { over: true });
    if (current === undefined) resolve();
    else current.done.then(next, reject);
    for (const frame of waiting.splice(0)) take(frame);
    if (isBehind()) current?.caughtUp(caughtUp);
    else caughtUp();
  }

  function take({ head, body }: Frame): void {
    const layer = head.layer ?? 0;
    // A view of the link's buffer, which is used again.
    if (layer > index) waiting.push({ head, body: new Uint8Array(body) });
    else if (layer === index && current !== undefined) current.push(head, body);
    else reject(new CodeError(`more of layer ${layer} came than was announced`));
  }

  const isBehind = () => waiting.length > 0 || current?.behind() === true;

  next();
  return {
    done,
    behind: isBehind,
    push: (head, body) => take({ head, body }),
    caughtUp(callback) {
      caughtUp = () => {
        caughtUp = () => {};
        callback();
      };
      if (waiting.length === 0) current?.caughtUp(caughtUp);
    },
  };
}
