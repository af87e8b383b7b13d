/**
 * Links that break, and pods that go, while the code of a claim is still being fetched: nothing was sent, so the request goes elsewhere,
 * and what was under way is sent over no link that comes after (C1, C2). A whole gateway, environments played by the test.
 */
import { expect, test } from "vitest";
import { resources } from "../../kernel/kube/resources.ts";
import { startLimits } from "../start/limits.ts";
import { invoke, metrics, until } from "../testing/ask.ts";
import { dialGateway, type TestEnvironment } from "../testing/environment.ts";
import { startTestGateway, testNamespace } from "../testing/gateway.ts";

/** A gateway whose code store keeps the code until it is let out, and a claim that waits for it. */
async function claimWithoutCode(bytes: number) {
  const it = await startTestGateway();
  const gate = Promise.withResolvers<void>();
  const { get } = it.store;
  it.store.get = async (name) => {
    await gate.promise;
    return get(name);
  };
  await it.deploy({}, "hello", { archive: Buffer.alloc(bytes, 1), sha256: "c".repeat(64) });
  const first = await it.environment("kambda-pool-1");
  await until(() => hasStood(first));
  const answer = invoke(it);
  await until(async () => /^kambda_pool_claims_total\S* 1$/m.test(await metrics(it)));
  return { it, first, answer, letOut: gate.resolve };
}

const hasStood = ({ received }: TestEnvironment) => received.some(({ type }) => type === "epoch");
const invocations = (...environments: TestEnvironment[]) =>
  environments.flatMap(({ received }) => received.filter(({ type }) => type === "invoke"));

test.each([
  ["small", 100],
  ["larger than a frame takes", 2 * startLimits.inlineBytesMax],
])(
  "a link that breaks while %s code is fetched costs no second run, and not the link after it",
  async (_, bytes) => {
    const { it, first, answer, letOut } = await claimWithoutCode(bytes);
    await using _gateway = it;
    first.cut();
    const again = dialGateway({
      port: it.gateway.ports.link,
      ca: it.ca,
      ticket: first.ticket() ?? "",
      key: first.key,
      handler: () => ({ body: '"ran"' }),
    });
    await again.welcomed;
    await until(() => hasStood(again));
    letOut();
    expect(await (await answer).text()).toBe('"ran"');
    expect(await (await invoke(it)).text()).toBe('"ran"');
    expect(invocations(first, again)).toHaveLength(2);
    expect(it.log.lines.filter((line) => line.includes("cannot deliver code"))).toEqual([]);
  },
);

test("a pod that goes while its code is fetched was sent nothing: its request runs elsewhere", async () => {
  const { it, first, answer, letOut } = await claimWithoutCode(100);
  await using _gateway = it;
  await it.kube.remove(resources.pods, { namespace: testNamespace, name: "kambda-pool-1" });
  const second = await it.environment("kambda-pool-2", { handler: () => ({ body: '"elsewhere"' }) });
  letOut();
  expect(await (await answer).text()).toBe('"elsewhere"');
  expect(invocations(first, second)).toHaveLength(1);
});
