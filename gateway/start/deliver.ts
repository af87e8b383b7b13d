/** Sends an assignment and its code over a link: at once when the code is in memory and small, else as it comes. */

import type { Turns } from "../../kernel/queue/turns.ts";
import type { Callable } from "../catalog/callable.ts";
import type { Link } from "../link/link.ts";
import { buildAssignment } from "./assignment.ts";
import type { Archive, CodeSource } from "./code.ts";
import { startLimits } from "./limits.ts";

/** An assignment on its way, over one link and no other. */
export interface Delivery {
  /** The assignment was sent, and may have come there; its code follows. */
  hasBegun(): boolean;
  /** Nothing more of it is sent. */
  withdraw(): void;
  done: Promise<Delivered>;
}

/** lost: its link went, or it was withdrawn. failed: the code cannot be had. */
export type Delivered = { kind: "sent" } | { kind: "lost" } | { kind: "failed"; error: unknown };

/** Undefined when everything was sent at once. An `invoke` may be sent right after. */
export function deliver(
  link: Link,
  callable: Callable,
  code: CodeSource,
  epoch: number,
): Delivery | undefined {
  let hasBegun = false;
  let isWithdrawn = false;
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
    if (isWithdrawn) return Promise.reject(new Gone());
    hasBegun = true;
    const isSent = link.send("assign", { ...head, code: { delivery, ...announced } }, small);
    if (!isSent) return Promise.reject(new Gone());
    const later = others.map((one, layer): Parcel => ({ ...one, layer }));
    if (first !== undefined && small === undefined) later.unshift(first);
    return later.length === 0
      ? undefined
      : sendAll({ link, isWithdrawn: () => isWithdrawn }, later, code.turns);
  }

  const ready = wanted.map((sha256) => code.peek(sha256));
  const sending = ready.every((bytes) => bytes !== undefined)
    ? send(ready.map((bytes) => ({ kind: "whole", bytes })))
    : Promise.all(wanted.map((sha256) => code.fetch(sha256))).then(send);
  if (sending === undefined) return undefined;
  return {
    hasBegun: () => hasBegun,
    withdraw() {
      isWithdrawn = true;
    },
    done: sending.then(
      () => ({ kind: "sent" }),
      (error: unknown) =>
        error instanceof Gone || isWithdrawn ? { kind: "lost" } : { kind: "failed", error },
    ),
  };
}

/** Nobody is there any more to send it to. Never leaves this file. */
class Gone extends Error {}

const isSmall = (bytes: number) => bytes <= startLimits.inlineBytesMax;

interface Parcel {
  archive: Archive;
  bytes: number;
  /** Its place among the layers; the code has none. */
  layer?: number;
}

interface Way {
  link: Link;
  isWithdrawn(): boolean;
}

async function sendAll(way: Way, parcels: readonly Parcel[], turns: Turns): Promise<void> {
  for (const parcel of parcels) {
    const { archive } = parcel;
    if (archive.kind === "whole") await sendPieces(way, parcel, slices(archive.bytes));
    else await turns.take(() => sendPieces(way, parcel, archive.read()));
  }
}

/** No piece is read before the one before it has left: a slow environment costs no memory. */
async function sendPieces(
  { link, isWithdrawn }: Way,
  { bytes, layer }: Parcel,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  let offset = 0;
  for await (const piece of pieces) {
    const last = offset + piece.length >= bytes;
    const head = { offset, last, ...(layer === undefined ? {} : { layer }) };
    if (isWithdrawn() || !link.send("code", head, piece)) throw new Gone();
    offset += piece.length;
    if (!last || !isSmall(bytes)) await link.drained();
  }
  if (offset !== bytes) throw new Error(`an archive has ${offset} bytes, and not the ${bytes} announced`);
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += startLimits.chunkBytes)
    yield bytes.subarray(offset, offset + startLimits.chunkBytes);
}
