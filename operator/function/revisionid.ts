/** Lambda's RevisionId: a UUID made of what it stands for, so that the same state has the same one. */
import { canonicalHash } from "../../crds/hash.ts";

export function revisionIdOf(value: (string | number | null)[]): string {
  const hex = canonicalHash(["revisionId", ...value]);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
