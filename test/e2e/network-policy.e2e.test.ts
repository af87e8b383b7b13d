/** The NetworkPolicy that docs/install.md gives for functions, as it stands there: they answer under it, and reach nothing of the cluster. */
import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "../support/installation.ts";
import { kubectl } from "../support/kubectl.ts";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";

const dials = `const { connect } = await import("node:net");
  return await new Promise((resolve) => {
    const socket = connect(443, "kubernetes.default.svc", () => resolve("open"));
    socket.on("error", (error) => resolve(error.code));
    setTimeout(() => resolve("silence"), 3000);
  });`;

async function documented(): Promise<string> {
  const text = await readFile(join(checkout, "docs/install.md"), "utf8");
  const found = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].find(([, yaml]) =>
    yaml?.includes("kind: NetworkPolicy"),
  );
  if (found?.[1] === undefined) throw new Error("docs/install.md shows no NetworkPolicy");
  return found[1].replaceAll("NAMESPACE", namespace.name);
}

const namespace = testNamespace("policy");

test("under the policy of docs/install.md a cold start answers and the cluster's API is out of its reach, which it was not before", async () => {
  await namespace.ready(aHandler("before", dials));
  expect((await namespace.sdk.invoke("before")).json<string>()).toBe("open");
  await kubectl(["apply", "-f", "-"], { input: await documented() });
  // Its environment starts under the policy: names, the link and its code have to come through it.
  await namespace.kubectl("delete", "pods", "--all", "--wait=true");
  await namespace.ready(aHandler("after", dials));
  expect((await namespace.sdk.invoke("after")).json<string>()).toMatch(/^(silence|ECONNREFUSED)$/);
});
