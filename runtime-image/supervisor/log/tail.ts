/** Keeps the end of what was written, at most so many bytes. */

export interface Tail {
  push(bytes: Uint8Array): void;
  /** The end so far, not cutting into a UTF-8 character at its start. */
  read(): Buffer;
}

export function createTail(bytesMax: number): Tail {
  let pieces: Uint8Array[] = [];
  let bytes = 0;

  function last(): Buffer {
    const all = Buffer.concat(pieces);
    const cut = all.subarray(Math.max(0, all.length - bytesMax));
    let start = 0;
    // Bytes 10xxxxxx continue a character whose beginning was cut off.
    while (cut.length < all.length && start < 3 && ((cut[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return cut.subarray(start);
  }

  return {
    push(piece) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes < bytesMax * 4) return;
      pieces = [Buffer.from(Buffer.concat(pieces).subarray(-bytesMax - 4))];
      bytes = bytesMax + 4;
    },
    read: last,
  };
}
