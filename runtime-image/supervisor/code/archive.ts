/** Takes one archive as it comes, in order, as much as was announced. */
import { CodeError, createUnpacker, type Unpacker } from "./unpack.ts";

export interface ArchiveReceiver extends Pick<Unpacker, "behind" | "caughtUp" | "done"> {
  push(head: { offset: number; last: boolean }, body: Uint8Array): void;
}

/** `over`: what is at its paths already gives way. */
export function receiveArchive(
  announced: { sha256?: string | undefined; archiveBytes: number },
  root: string,
  { over }: { over: boolean },
): ArchiveReceiver {
  const unpacker = createUnpacker(announced.sha256, root, { over });
  let bytes = 0;
  return {
    ...unpacker,
    push({ offset, last }, body) {
      if (offset !== bytes) {
        unpacker.fail(new CodeError(`code at ${offset} does not continue at ${bytes}`));
        return;
      }
      bytes += body.length;
      unpacker.push(body);
      if (!last) return;
      if (bytes === announced.archiveBytes) unpacker.end();
      else
        unpacker.fail(new CodeError(`${bytes} bytes of code came, ${announced.archiveBytes} were announced`));
    },
  };
}
