/** Sends an assignment and its code over a link: at once when the code is in memory and small, else as it comes. */
import type { Callable } from "../catalog/callable.ts";
import type { Link } from "../link/link.ts";
import { buildAssignment } from "./assignment.ts";
import type { CodeSource } from "./code.ts";
import { startLimits } from "./limits.ts";

/**
 * Undefined when everything was sent at once; else a promise of it, that fails when the code cannot be had. An `invoke` may
 * be sent right after.
 */
export function deliver(
  link: Link,
  callable: Callable,
  code: CodeSource,
  epoch: number,
): Promise<void> | undefined {
  const assignment = buildAssignment(callable);
  const archive = callable.revision.spec.code;
  if (archive === undefined) {
    link.send("assign", { assignment, code: { delivery: "image", archiveBytes: 0 }, epoch });
    return undefined;
  }
  const { archiveSha256: sha256, archiveBytes } = archive;
  const sendWith = (bytes: Uint8Array): Promise<void> | undefined => {
    if (bytes.length <= startLimits.inlineBytesMax) {
      const delivery = { delivery: "inline", sha256, archiveBytes: bytes.length } as const;
      link.send("assign", { assignment, code: delivery, epoch }, bytes);
      return undefined;
    }
    link.send("assign", { assignment, code: { delivery: "chunks", sha256, archiveBytes }, epoch });
    return sendChunks(link, bytes);
  };
  const ready = code.peek(sha256);
  if (ready !== undefined) return sendWith(ready);
  return code.fetch(sha256).then((bytes) => sendWith(bytes));
}

async function sendChunks(link: Link, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += startLimits.chunkBytes) {
    const end = Math.min(offset + startLimits.chunkBytes, bytes.length);
    const sent = link.send("code", { offset, last: end === bytes.length }, bytes.subarray(offset, end));
    if (!sent) throw new Error("the link went while the code was sent");
    await link.drained();
  }
}
