/**
 * The certificates this machine trusts, for stages that fetch packages: behind a proxy that reads along, a base image's own
 * do not do. They change nothing of what is built, so they count for nothing.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { copyPlain } from "../tree.ts";
import type { PreparedIngredient } from "./prepared.ts";

const bundle = "/etc/ssl/certs/ca-certificates.crt";

export function prepareTrust(): PreparedIngredient {
  return {
    digest: "trust",
    place: async (path) => {
      if (existsSync(bundle)) return copyPlain(bundle, path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "");
    },
  };
}
