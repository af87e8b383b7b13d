/** Takes an archive that came whole, with its assignment: at once when it is small, else as a stream of one piece. */
import type { CodeDelivery } from "../../../crds/link/messages.ts";
import { type ArchiveReceiver, receiveArchive } from "./archive.ts";
import { CodeError } from "./unpack.ts";
import { unpackWhole } from "./whole.ts";

export function receiveInline(announced: CodeDelivery, archive: Uint8Array, root: string): ArchiveReceiver {
  try {
    if (archive.length !== announced.archiveBytes)
      throw new CodeError(`${archive.length} bytes of code came, ${announced.archiveBytes} were announced`);
    if (unpackWhole(archive, announced.sha256, root)) return { ...nothingToCome, done: Promise.resolve() };
  } catch (cause) {
    return { ...nothingToCome, done: Promise.reject(cause) };
  }
  const receiver = receiveArchive(announced, root, { over: false });
  receiver.push({ offset: 0, last: true }, archive);
  return receiver;
}

const nothingToCome: Omit<ArchiveReceiver, "done"> = {
  push: () => {},
  behind: () => false,
  caughtUp: () => {},
};
