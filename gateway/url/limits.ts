/** Bounds of reading and writing large bodies aside (`aside.ts`). */
export const urlLimits = {
  /** Threads that read and write large bodies; started when first needed. */
  asideThreadsMax: 2,
  /** Bytes of bodies that wait for a thread, in all and of one namespace; past it the request is a 503. */
  asideBytesMax: 256 * 1024 * 1024,
  asideBytesMaxPerNamespace: 128 * 1024 * 1024,
} as const;
