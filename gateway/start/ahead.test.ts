/** Code that is fetched while its pod is made; a whole gateway, the environment played by the test. */
import { expect, test } from "vitest";
import { invoke, pods, until } from "../testing/ask.ts";
import { dialGateway } from "../testing/environment.ts";
import { startTestGateway } from "../testing/gateway.ts";
import { startLimits } from "./limits.ts";

const large = { archive: Buffer.alloc(startLimits.aheadBytesMax + 1), sha256: "b".repeat(64) };

/** A function without a pool whose archive is too large to be fetched before it is called; `asked` are the gets of the code store. */
async function aLargeFunction(failing = 0) {
  const it = await startTestGateway();
  const { get } = it.store;
  const asked: string[] = [];
  it.store.get = (name, signal) =>
    asked.push(name) <= failing ? Promise.reject(new Error("the code store is away")) : get(name, signal);
  await it.deploy({}, "hello", large);
  const dial = async () => {
    const token = await it.kube.token(await until(() => pods(it)[0]));
    await dialGateway({ port: it.gateway.ports.link, ca: it.ca, token }).welcomed;
  };
  return { it, asked, dial, [Symbol.asyncDispose]: () => it[Symbol.asyncDispose]() };
}

test("a large archive is fetched while its pod is made, and not again when the pod has dialled home", async () => {
  await using on = await aLargeFunction();
  const answer = invoke(on.it);
  // Nobody has dialled home.
  await until(() => on.asked.length > 0);
  await on.dial();
  expect((await answer).status).toBe(200);
  expect(on.asked).toEqual([`${large.sha256}.tar.zst`]);
});

test("a fetch that fails while the pod is made is tried again when the code is to be sent", async () => {
  await using on = await aLargeFunction(1);
  const answer = invoke(on.it);
  await until(() => on.it.log.lines.some((line) => line.includes("cannot fetch code ahead")));
  await on.dial();
  expect((await answer).status).toBe(200);
  expect(on.asked).toHaveLength(2);
});

test("code that is not there is told to the caller, and not at the fetch ahead of it", async () => {
  await using on = await aLargeFunction(Number.POSITIVE_INFINITY);
  const answer = invoke(on.it);
  await on.dial();
  const { status } = await answer;
  expect(status).toBe(503);
  expect(await (await answer).text()).toContain("the code store is away");
});
