/** Whether things go wrong by themselves at the moment: pauses, lost and late calls, stale watches. */
export interface Weather {
  isCalm: boolean;
}
