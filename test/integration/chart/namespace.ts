/** A namespace of a test file's own on the cluster the chart is installed on. */
import { afterAll, beforeAll } from "bun:test";
import { randomBytes } from "node:crypto";
import { kubectl } from "../../support/kubectl.ts";

/** Registers the hooks that make and remove it; gives its name. */
export function chartNamespace(purpose: string): string {
  const name = `chart-${purpose}-${randomBytes(3).toString("hex")}`;
  beforeAll(async () => {
    await kubectl(["create", "namespace", name]);
  });
  afterAll(async () => {
    await kubectl(["delete", "namespace", name, "--wait=false"]);
  });
  return name;
}
