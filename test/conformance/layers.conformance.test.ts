/** Layers: delivered over the link, unpacked over each other into `/opt`, found where Lambda's runtimes look. */
import { expect } from "bun:test";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { archive } from "./harness/archive.ts";
import { claim } from "./harness/claim.ts";
import { anAssignment, assign, startEnvironment, startUnclaimed } from "./harness/environment.ts";
import { connectExtension, waitingExtensions } from "./harness/extension.ts";
import { waitFor } from "./harness/wait.ts";

const constant = { "index.mjs": "export const handler = async () => 1" };

claim(
  "a later layer's files replace an earlier one's, with their modes; the rest of both stays",
  async () => {
    await using environment = await startEnvironment({
      files: constant,
      layers: [
        { "etc/a": "first", "etc/b": "first", "bin/tool": { content: "first", mode: 0o644 } },
        { "etc/b": "second", "bin/tool": { content: "second", mode: 0o755 } },
        { "etc/c": "third" },
      ],
    });
    await environment.initialized();
    const { layerRoot } = environment.supervisor;
    const texts = ["a", "b", "c"].map((name) => readFileSync(`${layerRoot}/etc/${name}`, "utf8"));
    expect(texts).toEqual(["first", "second", "third"]);
    expect(readFileSync(`${layerRoot}/bin/tool`, "utf8")).toBe("second");
    expect(statSync(`${layerRoot}/bin/tool`).mode & 0o111).toBe(0o111);
  },
);

claim(
  "a folder of a later layer takes the place of an earlier one's file, and a file that of a folder",
  async () => {
    await using environment = await startEnvironment({
      files: constant,
      layers: [
        { thing: "a file", "other/inside": "a file" },
        { "thing/inside": "a folder now", other: "a file now" },
      ],
    });
    expect(await environment.initialized()).toMatchObject({ status: "success" });
    const { layerRoot } = environment.supervisor;
    expect(readFileSync(`${layerRoot}/thing/inside`, "utf8")).toBe("a folder now");
    expect(readFileSync(`${layerRoot}/other`, "utf8")).toBe("a file now");
  },
);

claim("large layers arrive whole", async () => {
  const big = Array.from({ length: 3 }, () => randomBytes(3 * 1024 * 1024).toString("base64"));
  await using environment = await startEnvironment({
    files: constant,
    layers: big.map((content, index) => ({ [`big-${index}`]: content, last: String(index) })),
  });
  await environment.initialized();
  const { layerRoot } = environment.supervisor;
  for (const [index, content] of big.entries()) {
    expect(readFileSync(`${layerRoot}/big-${index}`, "utf8") === content).toBe(true);
  }
  expect(readFileSync(`${layerRoot}/last`, "utf8")).toBe("2");
});

claim("Node finds a layer's modules, and any runtime a layer's programs", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.cjs": `const { execSync } = require("node:child_process");
        exports.handler = async () => [require("greeting"), require("exact"), execSync("tool").toString()];`,
    },
    layers: [
      {
        "nodejs/node_modules/greeting/index.js": "module.exports = 'hello'",
        "nodejs/node24/node_modules/exact/index.js": "module.exports = 'for 24'",
        "bin/tool": { content: "#!/bin/sh\nprintf tool", mode: 0o755 },
      },
    ],
  });
  expect((await environment.invoke()).json).toEqual(["hello", "for 24", "tool"]);
});

claim("an extension in a layer is started as one in an image is", async () => {
  await using environment = await startEnvironment({
    files: constant,
    layers: [{ "bin/x": "" }, waitingExtensions("a")],
  });
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  a.free();
  expect((await environment.invoke()).json).toBe(1);
});

claim("nothing is started of a layer that is not what was promised", async () => {
  const { gateway, supervisor, peer } = await startUnclaimed();
  const good = await archive({ "extensions/x": "" });
  const code = await archive(constant);
  const wrong = { bytes: good.bytes, sha256: code.sha256 };
  assign(peer, anAssignment({}), code, 1, [wrong]);
  const told = await waitFor("initialized", () => peer.received.find(({ type }) => type === "initialized"));
  expect(told.head).toMatchObject({
    status: "error",
    error: { errorType: "Environment.Code", errorMessage: expect.stringContaining("sha256") },
  });
  expect(await supervisor.exited()).toEqual({ code: 1, signal: null });
  await supervisor.dispose();
  gateway.close();
});

claim("a function without layers finds /opt empty", async () => {
  await using environment = await startEnvironment({ files: constant });
  await environment.invoke();
  expect(existsSync(environment.supervisor.layerRoot)).toBe(true);
  expect(readdirSync(environment.supervisor.layerRoot)).toEqual([]);
});
