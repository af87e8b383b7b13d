/** Code fetched from a URL, through the whole operator: what fails for a moment is tried again soon. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { FunctionStatus } from "../../../crds/function/status.ts";
import { aZip } from "../../../operator/code/zipfixture.ts";
import { aManifest, createOperatorWorld } from "./world.ts";

test("a Function whose address cannot be looked up for a moment serves soon after", async () => {
  const zip = aZip([{ name: "index.mjs", content: "export const handler = async () => 1;" }]);
  const server = createServer((_request, response) => response.end(zip));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let hasDns = false;
  const world = await createOperatorWorld({ egress: { allowCidrs: ["127.0.0.0/8"] } }, async () => {
    if (!hasDns) throw new Error("EAI_AGAIN");
    return ["127.0.0.1"];
  });
  const operator = world.start("one");
  const url = `http://code.example:${(server.address() as AddressInfo).port}/code.zip`;
  const sha256 = createHash("sha256").update(zip).digest("hex");
  await world.apply(aManifest("hello", { code: { url, sha256 } }));
  const status = async () => (await world.get("functions", "hello"))?.status as FunctionStatus | undefined;
  await world.until("it to say what is wrong", async () => (await status())?.state === "Failed");
  expect((await status())?.stateReasonCode).toBe("SourceUnreachable");
  hasDns = true;
  const backMs = world.clock.nowMs();
  await world.until("it to serve", async () => (await status())?.state === "Active");
  // Without another try of its own it would be looked at again after ten minutes.
  expect(world.clock.nowMs() - backMs).toBeLessThan(300_000);
  await operator.stop();
  server.close();
});
