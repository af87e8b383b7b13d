/**
 * Takes the archives of an assignment: the code's, that comes in the assign frame or in the `code` frames after it, and the
 * layers', each in frames of its own; as much as was announced, in order.
 */
import type { CodeDelivery, LayerDelivery } from "../../../crds/link/messages.ts";
import { receiveArchive } from "./archive.ts";
import { receiveInline } from "./inline.ts";
import { receiveLayers } from "./layers.ts";
import type { CodeReceiver } from "./receiver.ts";

/** There is nothing to receive. */
const inImage: CodeReceiver = {
  done: Promise.resolve(),
  push: () => {},
  behind: () => false,
  caughtUp: () => {},
};

export function receiveCode(
  { code, layers = [] }: { code: CodeDelivery; layers?: LayerDelivery[] | undefined },
  inline: Uint8Array,
  roots: { task: string; layers: string },
): CodeReceiver {
  if (code.delivery === "image") return inImage;
  const own =
    code.delivery === "inline"
      ? receiveInline(code, inline, roots.task)
      : receiveArchive(code, roots.task, { over: false });
  if (layers.length === 0) return own;
  const over = receiveLayers(layers, roots.layers);
  return {
    done: Promise.all([own.done, over.done]).then(() => undefined),
    push: (head, body) => (head.layer === undefined ? own.push(head, body) : over.push(head, body)),
    behind: () => own.behind() || over.behind(),
    caughtUp(callback) {
      // The one that is behind says when it is not.
      if (own.behind()) own.caughtUp(callback);
      else over.caughtUp(callback);
    },
  };
}
