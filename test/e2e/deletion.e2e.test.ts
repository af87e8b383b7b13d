/** Deleting a Function leaves nothing of it: no pod, no Revision, no URL; and what was running finishes. */
import { expect, test } from "bun:test";
import { aHandler, publicUrl } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";
import { callUrl } from "../support/url.ts";

const body = `await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0)); return "done";`;
const namespace = testNamespace("deletion");

test("a deleted Function leaves no Revision, no pod and no URL", async () => {
  await namespace.ready(aHandler("gone", body, { url: publicUrl }), aHandler("stays", body));
  const { url = "" } = await namespace.status("gone");
  await namespace.sdk.invoke("gone");
  await namespace.sdk.invoke("stays");
  await until("its environment to carry its label", 60, async () => {
    return (await namespace.environmentsOf("gone")).length > 0;
  });
  await namespace.kubectl("delete", "function", "gone", "--timeout=60s");
  await until("the API to know it no longer", 60, async () => {
    return (await namespace.sdk.refused("gone")).name === "ResourceNotFoundException";
  });
  await until("its URL to be gone", 60, async () => (await callUrl(url)).status === 403);
  await until("its Revisions and pods to be gone", 60, async () => {
    const revisions = await namespace.list("revisions", "kambda.dev/function=gone");
    return revisions.length === 0 && (await namespace.environmentsOf("gone")).length === 0;
  });
  expect((await namespace.sdk.invoke("stays")).text).toBe('"done"');
});

test("an invocation in flight finishes although its Function is deleted", async () => {
  await namespace.ready(aHandler("leaving", body, { timeout: 30 }));
  await namespace.sdk.invoke("leaving");
  const running = namespace.sdk.invoke("leaving", { ms: 4000 });
  await namespace.kubectl("delete", "function", "leaving", "--timeout=60s");
  expect((await running).text).toBe('"done"');
});

test("a Function made anew under the same name serves the new code", async () => {
  await namespace.ready(aHandler("again", `return "first";`));
  expect((await namespace.sdk.invoke("again")).text).toBe('"first"');
  await namespace.kubectl("delete", "function", "again", "--timeout=60s");
  await namespace.ready(aHandler("again", `return "second";`));
  await until(
    "the new code to serve",
    60,
    async () => (await namespace.sdk.invoke("again")).text === '"second"',
  );
});

test("old Revisions are collected: after many updates only a few are kept", async () => {
  for (const n of [1, 2, 3, 4]) await namespace.ready(aHandler("updated", `return ${n};`));
  await until("old Revisions to be collected", 60, async () => {
    return (await namespace.list("revisions", "kambda.dev/function=updated")).length < 4;
  });
  expect((await namespace.sdk.invoke("updated")).text).toBe("4");
});

test("deleting the namespace is not held up by anything of ours", async () => {
  const { describeNamespace, makeNamespace } = await import("../support/namespace.ts");
  const { kubectl } = await import("../support/kubectl.ts");
  const name = `${namespace.name}-whole`;
  await makeNamespace(name);
  const whole = describeNamespace(name);
  await whole.ready(aHandler("one", body));
  await whole.sdk.invoke("one");
  await kubectl(["delete", "namespace", name, "--timeout=90s"]);
});
