/** How long the link's keys live, and how early they are replaced. */
const dayMs = 24 * 3600 * 1000;

export const trustLimits = {
  /** The CA outlives every pod by far: pods carry it from their creation on. */
  authorityMsMax: 3650 * dayMs,
  /** The server's certificate; short, because replacing it costs nothing. */
  certificateMsMax: 90 * dayMs,
  /** A certificate with less than this left is replaced. */
  certificateRenewBeforeMs: 30 * dayMs,
  /** A CA with less than this left is replaced; environments older than the new one redial and are refused, then retire. */
  authorityRenewBeforeMs: 365 * dayMs,
  /** Clocks differ between machines: certificates are valid from a little earlier. */
  clockSkewMs: 3600 * 1000,
  /** How often the keys are looked at again. */
  checkEveryMs: 3600 * 1000,
  ticketKeyBytes: 32,
} as const;
