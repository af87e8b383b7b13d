/** package-lock.json, as far as images need it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const lockedPackage = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
});
const lockfile = z.object({ packages: z.record(z.string(), lockedPackage) });

export type LockedPackages = Readonly<Record<string, z.infer<typeof lockedPackage>>>;

export function lockedPackages(root: string): LockedPackages {
  return lockfile.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))).packages;
}

/** The digest of what production installs: a change of development tools leaves it as it is. Pure. */
export function productionDigest(packages: LockedPackages): string {
  const production = Object.entries(packages)
    .filter(([path, locked]) => path !== "" && locked.dev !== true)
    .map(([path, locked]) => [path, locked.version, locked.integrity])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(production)).digest("hex");
}
