/** Sends an assignment and its code over a link: at once when the code is in memory and small, else as it comes. */

import type { Turns } from "../../kernel/queue/turns.ts";
import type { Callable } from "../catalog/callable.ts";
import type { Link } from "../link/link.ts";
import { buildAssignment } from "./assignment.ts";
import type { Archive, CodeSource } from "./code.ts";
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
  const sizes = [own, ...layers].map(({ archiveBytes }) => archiveBytes);
  const delivered = layers.map(({ archiveSha256: sha256, archiveBytes }) => ({ sha256, archiveBytes }));
  const head = { assignment, epoch, ...(layers.length === 0 ? {} : { layers: delivered }) };

  function send(archives: readonly Archive[]): Promise<void> | undefined {
    const [first, ...others] = archives.map((archive, index) => ({
      archive,
      bytes: archive.kind === "whole" ? archive.bytes.length : (sizes[index] ?? 0),
    }));
    const small = first?.archive.kind === "whole" && isSmall(first.bytes) ? first.archive.bytes : undefined;
    const announced = { sha256: ownSha256, archiveBytes: first?.bytes ?? 0 };
    const delivery = small === undefined ? "chunks" : "inline";
    link.send("assign", { ...head, code: { delivery, ...announced } }, small);
    const later = others.map((one, layer): Delivery => ({ ...one, layer }));
    if (first !== undefined && small === undefined) later.unshift(first);
    return later.length === 0 ? undefined : sendAll(link, later, code.turns);
  }

  const ready = wanted.map((sha256) => code.peek(sha256));
  if (ready.every((bytes) => bytes !== undefined))
    return send(ready.map((bytes) => ({ kind: "whole", bytes })));
  return Promise.all(wanted.map((sha256) => code.fetch(sha256))).then(send);
}

const isSmall = (bytes: number) => bytes <= startLimits.inlineBytesMax;

interface Delivery {
  archive: Archive;
  bytes: number;
  /** Its place among the layers; the code has none. */
  layer?: number;
}

async function sendAll(link: Link, deliveries: readonly Delivery[], turns: Turns): Promise<void> {
  for (const delivery of deliveries) {
    const { archive } = delivery;
    if (archive.kind === "whole") await sendPieces(link, delivery, slices(archive.bytes));
    else await turns.take(() => sendPieces(link, delivery, archive.read()));
  }
}

/** No piece is read before the one before it has left: a slow environment costs no memory. */
async function sendPieces(
  link: Link,
  { bytes, layer }: Delivery,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  let offset = 0;
  for await (const piece of pieces) {
    const last = offset + piece.length >= bytes;
    const sent = link.send("code", { offset, last, ...(layer === undefined ? {} : { layer }) }, piece);
    if (!sent) throw new Error("the link went while the code was sent");
    offset += piece.length;
    if (!last || !isSmall(bytes)) await link.drained();
  }
  if (offset !== bytes) throw new Error(`an archive has ${offset} bytes, and not the ${bytes} announced`);
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += startLimits.chunkBytes)
    yield bytes.subarray(offset, offset + startLimits.chunkBytes);
}
