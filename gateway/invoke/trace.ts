/** The X-Ray trace header: a caller's is passed on, else a new root that nobody samples. */
const traceLengthMax = 512;

export function traceIdOf(given: string | undefined, nowMs: number, uuid: string): string {
  if (given !== undefined && given.length > 0 && given.length <= traceLengthMax) return given;
  const time = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${time}-${uuid.replaceAll("-", "").slice(0, 24)};Sampled=0`;
}
