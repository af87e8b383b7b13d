/** A namespace of a test file's own, so that its names meet nobody else's; no installation is needed for it. */
import { afterAll, beforeAll } from "bun:test";
import { randomBytes } from "node:crypto";
import { kubectl } from "../../support/kubectl.ts";

/** Registers the hooks that make and remove it; gives the words that choose it. */
export function ownNamespace(): string[] {
  const name = `integration-crds-${randomBytes(3).toString("hex")}`;
  beforeAll(async () => {
    await kubectl(["create", "namespace", name]);
  });
  afterAll(async () => {
    await kubectl(["delete", "namespace", name, "--wait=false"]);
  });
  return ["-n", name];
}
