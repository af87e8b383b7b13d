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
  const assignment = buildAssignment(callable, link.pod.isProvisioned);
  const { code: own, layers = [] } = callable.revision.spec;
  if (own === undefined) {
    link.send("assign", { assignment, code: { delivery: "image", archiveBytes: 0 }, epoch });
    return undefined;
  }
  const { archiveSha256: ownSha256 } = own;
  const wanted = [ownSha256, ...layers.map((layer) => layer.archiveSha256)];
  const delivered = layers.map(({ archiveSha256: sha256, archiveBytes }) => ({ sha256, archiveBytes }));
  const head = { assignment, epoch, ...(layers.length === 0 ? {} : { layers: delivered }) };

  function send([bytes = nothing, ...others]: readonly Uint8Array[]): Promise<void> | undefined {
    const announced = { sha256: ownSha256, archiveBytes: bytes.length };
    const isSmall = bytes.length <= startLimits.inlineBytesMax;
    const code = { delivery: isSmall ? "inline" : "chunks", ...announced } as const;
    link.send("assign", { ...head, code }, isSmall ? bytes : undefined);
    const pieces = [...(isSmall ? [] : [{ bytes }]), ...others.map((one, layer) => ({ bytes: one, layer }))];
    return pieces.length === 0 ? undefined : sendAll(link, pieces);
  }

  const ready = wanted.map((sha256) => code.peek(sha256));
  if (ready.every((bytes) => bytes !== undefined)) return send(ready);
  return Promise.all(wanted.map((sha256) => code.fetch(sha256))).then(send);
}

const nothing = new Uint8Array(0);

interface Archive {
  bytes: Uint8Array;
  /** Its place among the layers; the code has none. */
  layer?: number;
}

async function sendAll(link: Link, archives: readonly Archive[]): Promise<void> {
  for (const { bytes, layer } of archives) {
    for (let offset = 0; offset < bytes.length; offset += startLimits.chunkBytes) {
      const end = Math.min(offset + startLimits.chunkBytes, bytes.length);
      const last = end === bytes.length;
      const head = { offset, last, ...(layer === undefined ? {} : { layer }) };
      const sent = link.send("code", head, bytes.subarray(offset, end));
      if (!sent) throw new Error("the link went while the code was sent");
      if (!last || bytes.length > startLimits.inlineBytesMax) await link.drained();
    }
  }
}
