/** Bounds of invocations under way that are no installation's choice. */
export const invokeLimits = {
  /** Bytes of a streamed response that wait for their caller; past it its link is not read. */
  streamAheadBytesMax: 256 * 1024,
  /** What a piece counts besides its bytes. */
  streamPieceBytes: 256,
} as const;
