/** Bounds of the link: what a stranger may cost before it has proven who it is, and what a friend may cost after. */
export const linkLimits = {
  /** From accept to welcome, TLS included; a supervisor answers in milliseconds. */
  handshakeMsMax: 5_000,
  /** Connections that have not proven who they are. */
  strangersMax: 512,
  /** Environments of one gateway; each costs about 21 KB. */
  linksMax: 20_000,
  /** A hello is a token of a few KB; a stranger that sends more is cut off. */
  strangerBytesMax: 64 * 1024,
  /** A first hello counts only this long after its pod was started; until that is known, after it was created. */
  tokenAgeMsMax: 60_000,
  /** Kubernetes writes creation times in whole seconds, by another clock. */
  clockSkewMs: 1_000,
  /** How long a hello waits for the pod watch to have seen its pod. */
  podWaitMsMax: 3_000,
  /** A ticket outlives every environment (4 h ± 20 % and 930 s of drain). */
  ticketMsMax: 24 * 3600 * 1000,
  pingEveryMs: 5_000,
  /** No byte for this long: the other side is gone, whatever TCP says. */
  silenceMsMax: 15_000,
  /** Bytes that may wait to be sent on one link: a payload and an archive's chunks; past it the link is stuck and closed. */
  unsentBytesMax: 64 * 1024 * 1024,
  /** What of a body is written in one turn of the loop: encrypting it takes a tenth of a millisecond. */
  pieceBytesMax: 128 * 1024,
  /** The cluster's signing keys are read again this often, and at most once in `keysAgainMs` for a key never seen. */
  keysEveryMs: 300_000,
  keysAgainMs: 10_000,
} as const;
