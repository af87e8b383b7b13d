/** Bounds of the connections between gateways. Their peers are our own, but may be stuck, or of another version. */
export const peerLimits = {
  /** From dial or accept to hello, TLS included. */
  handshakeMsMax: 3_000,
  /**
   * A ping this often; without a byte for the longer, the other side is gone, whatever TCP says: of a machine that is lost, it says
   * nothing, and requests are to run again within three seconds.
   */
  pingEveryMs: 500,
  silenceMsMax: 2_000,
  /** A gateway that could not be reached is dialled again after this, ± 20 %. */
  againMs: 300,
  /** A message is a want or a grant: a target and a few names. */
  messageBytesMax: 64 * 1024,
  /** Characters of a failure's message; the rest is cut off. JSON writes one as six bytes at most, so that all fit in a message. */
  failureLengthMax: 8 * 1024,
  /** Bytes waiting to be sent to a gateway that does not read; past it the connection is closed. */
  unsentBytesMax: 16 * 1024 * 1024,
  connectionsMax: 256,
} as const;
