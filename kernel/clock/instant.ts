/** Moments as Kubernetes writes them: RFC 3339 in UTC. Pure; the time is an argument, epoch milliseconds. */

/** To the second, as in conditions, status and Events. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** With six digits after the second, as in Leases. */
export function microInstantOf(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
