/** Bounds of reading and writing large bodies aside (`aside.ts`). */
export const asideLimits = {
  /** Threads that read and write large bodies; started when first needed. */
  threadsMax: 2,
  /** Bytes of bodies that wait for a thread, in all and of one namespace; past it the request is a 503. */
  bytesMax: 256 * 1024 * 1024,
  bytesMaxPerNamespace: 128 * 1024 * 1024,
  /** Pieces of a body below this are joined with their neighbours as they come: a piece costs more than its bytes. */
  pieceBytesMin: 64 * 1024,
  /** What a thread does to one body; the largest take some hundred milliseconds. Past it the thread is ended, and its request fails. */
  jobMsMax: 10_000,
} as const;
