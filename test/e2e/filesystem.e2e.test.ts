/** A volume of the namespace in a function: what one environment writes at its mount path, another reads there. */
import { expect, test } from "bun:test";
import type { Manifest } from "../support/kubectl.ts";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";

const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "shared" },
  spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "10Mi" } } },
} as Manifest;

const body = `const fs = await import("node:fs");
  try {
    if (event.write !== undefined) fs.writeFileSync("/mnt/shared/note", event.write);
    return fs.readFileSync("/mnt/shared/note", "utf8");
  } catch (error) { return error.code; }`;
const mounted = (name: string, readOnly: boolean) =>
  aHandler(name, body, { fileSystem: { claimName: "shared", localMountPath: "/mnt/shared", readOnly } });

const namespace = testNamespace("filesystem", async (made) => {
  await made.apply(claim);
  await made.ready(mounted("writes", false), mounted("reads", true));
});

test("what one function writes at its mount path another reads at its own, and cannot change where it is read-only", async () => {
  const { sdk } = namespace;
  expect((await sdk.invoke("reads", {})).json<string>()).toBe("ENOENT");
  expect((await sdk.invoke("writes", { write: "kept" })).json<string>()).toBe("kept");
  expect((await sdk.invoke("reads", {})).json<string>()).toBe("kept");
  expect((await sdk.invoke("reads", { write: "changed" })).json<string>()).toBe("EROFS");
});
