/** Bytes on their way to another thread. */

/** As a buffer of their own: only those can be handed over without a copy, and nobody else's bytes go with them. */
export function asOwn(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}
