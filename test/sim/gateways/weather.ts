/** Whether things go wrong by themselves at the moment: pauses, lost and late calls, stale watches. */
export interface Weather {
  isCalm: boolean;
  /** What the API server takes more than usual, each way of a call. */
  slowApiMs: number;
}
