/** Bounds of a listener, the same for both adapters where their servers let us set them. */
export const listenerLimits = {
  /** Request line and headers together. */
  headBytesMax: 16 * 1024,
  /** A head that has not come in whole by then. */
  headMsMax: 10_000,
  /** Bytes of bodies that are coming in, or whose function has not begun, besides those that may wait for an environment. */
  heldBytesMax: 256 * 1024 * 1024,
  /** Of one namespace; past it only its own bodies are refused. */
  heldBytesMaxPerNamespace: 128 * 1024 * 1024,
  /**
   * A body announced as no larger than this is read at once, and counted when it is there. So many may be on their way, 64 MB at most;
   * further ones are read in pieces, each counted as it comes.
   */
  atOnceBytesMax: 64 * 1024,
  atOnceMax: 1_024,
  /** So much beyond the largest body is taken and dropped before the refusal: who is still sending does not read an answer. */
  droppedBytesMax: 32 * 1024 * 1024,
  /** A body that stands still for this long, on its way in or out. */
  stillMsMax: 30_000,
  /** How long a body may take to come in whole: the largest needs a line of 0.4 Mbit/s. */
  bodyMsMax: 120_000,
  /** A connection without a request. */
  idleMsMax: 65_000,
  /** A listener that leaves goes on answering until nobody asked for this long: kept connections that stayed silent are cut then. */
  lingerMs: 500,
  /** It stops listening after this long, though somebody still asks. */
  lingerMsMax: 15_000,
} as const;
