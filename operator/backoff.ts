/** How long what dies at once is left alone, purely: broken code or a broken image must not make pods without end. */

export const failureMsMin = 5_000;
export const failureMsMax = 300_000;

/** After n failures, or n times as many as are made at once, so long is waited from the last; 0 or less: no longer. */
export function failureWaitMs(failedAtMs: readonly number[], nowMs: number, atOnce = 1): number {
  if (failedAtMs.length === 0) return 0;
  const times = Math.ceil(failedAtMs.length / atOnce);
  const waitMs = Math.min(failureMsMax, failureMsMin * 2 ** Math.min(times - 1, 20));
  return Math.max(...failedAtMs) + waitMs - nowMs;
}
