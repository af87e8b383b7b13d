/**
 * When a provisioned environment is old enough to be replaced: at the age at which others retire, ± 20 %, so that those made together
 * are not replaced together. Made of its uid, so that whoever looks later comes to the same.
 */
import { shortHash } from "../../crds/hash.ts";
import type { KeptPod } from "./pods.ts";

const share = 0.2;

/** `ageMsMax` is the installation's, for every environment. */
export function replacedAtMs(
  { uid, createdMs }: Pick<KeptPod, "uid" | "createdMs">,
  ageMsMax: number,
): number {
  const fraction = Number.parseInt(shortHash(uid, 8), 36) / 36 ** 8;
  return createdMs + ageMsMax * (1 - share + 2 * share * fraction);
}
