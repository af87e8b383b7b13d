/** Gathers an archive that comes in the assign frame or in the `code` frames after it, in order, bounded by what was announced. */
import type { CodeDelivery, HeadOf, ToEnvironment } from "../../../crds/link/messages.ts";
import { archiveBytesMax } from "../limits.ts";
import { CodeError } from "./unpack.ts";

export interface CodeReceiver {
  /** The whole archive, or nothing when the code is in the image. */
  archive: Promise<Uint8Array | undefined>;
  push(head: HeadOf<ToEnvironment, "code">, body: Uint8Array): void;
  fail(reason: string): void;
}

export function receiveCode(delivery: CodeDelivery, inline: Uint8Array): CodeReceiver {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const fail = (reason: string) => reject(new CodeError(reason));

  if (delivery.archiveBytes > archiveBytesMax)
    fail(`an archive of ${delivery.archiveBytes} bytes is too large`);
  else if (delivery.delivery === "image") resolve(undefined);
  else if (delivery.delivery === "inline") resolve(inline);

  return {
    archive: promise,
    fail,
    push(head, body) {
      if (head.offset !== bytes || bytes + body.length > delivery.archiveBytes) {
        return fail(`code at ${head.offset}, ${body.length} bytes, does not continue at ${bytes}`);
      }
      pieces.push(body);
      bytes += body.length;
      if (!head.last) return;
      if (bytes !== delivery.archiveBytes) return fail(`${bytes} of ${delivery.archiveBytes} bytes came`);
      resolve(Buffer.concat(pieces));
    },
  };
}
