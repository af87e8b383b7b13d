/** Layers and extensions as a user has them: a LayerVersion applied, named by functions, found in `/opt` of real pods. */
import { expect, test } from "bun:test";
import type { Manifest } from "../support/kubectl.ts";
import { aHandler, aPythonHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

/** An extension as people write them: it registers, subscribes to telemetry at the environment's own name, and counts. */
const extension = `#!/var/lang/bin/node
const http = require("node:http");
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API;
const seen = { invocations: 0, telemetry: [], shown: Object.keys(process.env) };
http.createServer((request, reply) => {
  let text = "";
  request.on("data", (bytes) => { text += bytes; });
  request.on("end", () => {
    if (request.method === "POST") for (const { type } of JSON.parse(text)) seen.telemetry.push(type);
    reply.end(JSON.stringify(seen));
  });
}).listen(4243, "sandbox.localdomain", main);
async function main() {
  const registered = await fetch(api + "/2020-01-01/extension/register", {
    method: "POST", body: JSON.stringify({ events: ["INVOKE", "SHUTDOWN"] }), headers: { "Lambda-Extension-Name": "counter" },
  });
  const headers = { "Lambda-Extension-Identifier": registered.headers.get("lambda-extension-identifier") };
  await fetch(api + "/2022-07-01/telemetry", { method: "PUT", headers, body: JSON.stringify({
    schemaVersion: "2022-12-13", types: ["platform"], buffering: { timeoutMs: 25 },
    destination: { protocol: "HTTP", URI: "http://sandbox.localdomain:4243" },
  }) });
  for (;;) {
    const event = await (await fetch(api + "/2020-01-01/extension/event/next", { headers })).json();
    if (event.eventType === "SHUTDOWN") process.exit(0);
    seen.invocations += 1;
  }
}
`;

const aLayer = (layerName: string, inline: Record<string, string>): Manifest =>
  ({
    apiVersion: "kambda.dev/v1alpha1",
    kind: "LayerVersion",
    metadata: { name: `${layerName}.1` },
    spec: { layerName, content: { inline } },
  }) as Manifest;

const usesLibrary = aHandler(
  "uses",
  `const { createRequire } = await import("node:module");
   const { execSync } = await import("node:child_process");
   return [createRequire("/var/task/")("greeting"), execSync("tool").toString()];`,
  { layers: ["library:1"] },
);
const usesPython = aPythonHandler(
  "snake",
  "import greeting\ndef handler(event, context): return greeting.text",
  {
    layers: ["library:1"],
  },
);
const observed = aHandler(
  "observed",
  `return await (await fetch("http://sandbox.localdomain:4243/")).json();`,
  {
    layers: ["counter:1"],
    // Two Node processes.
    memorySize: 256,
  },
);

const namespace = testNamespace("layers", async (made) => {
  await made.apply(
    aLayer("library", {
      "nodejs/node_modules/greeting/index.js": "module.exports = 'hello from a layer'",
      "python/greeting.py": "text = 'hello from a layer'",
      "bin/tool": "#!/bin/sh\nprintf 'a tool of a layer'",
    }),
    aLayer("counter", { "extensions/counter": extension }),
  );
  await made.ready(usesLibrary, usesPython, observed);
});

test("a LayerVersion becomes Active with its number and ARN", async () => {
  const layer = await namespace.get("layerversion", "library.1");
  expect(layer?.status).toMatchObject({
    state: "Active",
    version: "1",
    layerVersionArn: expect.stringMatching(/:layer:library:1$/),
  });
});

test("functions find a layer's modules and programs where Lambda's runtimes look", async () => {
  const node = await namespace.sdk.invoke("uses", {});
  expect(node.json<unknown>()).toEqual(["hello from a layer", "a tool of a layer"]);
  expect((await namespace.sdk.invoke("snake", {})).json<unknown>()).toBe("hello from a layer");
});

interface Seen {
  invocations: number;
  telemetry: string[];
  shown: string[];
}

test("an extension in a layer is told of invocations and gets telemetry at sandbox.localdomain", async () => {
  await namespace.sdk.invoke("observed", {});
  const seen = await until("telemetry to arrive", 60, async () => {
    const found = (await namespace.sdk.invoke("observed", {})).json<Seen>();
    return found.telemetry.includes("platform.report") ? found : undefined;
  });
  expect(seen.invocations).toBeGreaterThanOrEqual(2);
  expect(seen.telemetry).toEqual(expect.arrayContaining(["platform.initStart", "platform.start"]));
  expect(seen.shown).not.toContain("LAMBDA_TASK_ROOT");
});

test("a deleted layer version goes on working where it is used, and is refused where it is new", async () => {
  await namespace.kubectl("delete", "layerversion", "library.1");
  await namespace.ready({ ...usesLibrary, spec: { ...usesLibrary.spec, memorySize: 192 } });
  expect((await namespace.sdk.invoke("uses", {})).json<unknown>()).toEqual([
    "hello from a layer",
    "a tool of a layer",
  ]);
  await namespace.apply(aHandler("late", "return 1", { layers: ["library:1"] }));
  const status = await until("the refusal", 60, async () => {
    const found = await namespace.status("late");
    return found.state === "Failed" ? found : undefined;
  });
  expect(JSON.stringify(status)).toContain("library:1");
});
