/** Pods that cannot be had: quota, admission, scheduling, image. Each is a condition, an Event and a defined answer, never a hang. */
import { expect, onTestFinished, test } from "bun:test";
import type { LambdaServiceException } from "@aws-sdk/client-lambda";
import { kubectl, type Manifest } from "../support/kubectl.ts";
import { aFunction, type FunctionSpecInput } from "../support/manifest.ts";
import { describeNamespace, makeNamespace, type TestNamespace, testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

const namespace = testNamespace("nopods");
/** Nothing here may take longer: past it somebody would call it a hang. */
const answerMsMax = 75_000;

interface Refusal {
  error: LambdaServiceException;
  condition: { status: string; reason: string; message: string } | undefined;
  events: string;
}

/** Invokes a function that cannot get a pod, and waits until its condition says why. */
async function refusal(
  name: string,
  spec: Partial<FunctionSpecInput>,
  within: TestNamespace = namespace,
): Promise<Refusal> {
  await within.apply(aFunction(name, spec));
  await until(`${name} to be Active`, 60, async () => (await within.status(name)).state === "Active");
  const startedMs = performance.now();
  const error = await within.sdk.refused(name);
  expect(performance.now() - startedMs).toBeLessThan(answerMsMax);
  const condition = await until(`${name}'s condition Schedulable to be False`, 60, async () => {
    const { conditions = [] } = await within.status(name);
    const found = conditions.find(({ type }) => type === "Schedulable");
    return found?.status === "False" ? found : undefined;
  });
  const events = await within.kubectl("get", "events", "--field-selector", `involvedObject.name=${name}`);
  return { error, condition, events };
}

test("no node for its architecture: 503 that says so", async () => {
  const { error, condition, events } = await refusal("unschedulable", { architectures: ["arm64"] });
  expect(error.$metadata.httpStatusCode).toBe(503);
  expect(error.message).toMatch(/no node|schedul/i);
  expect(condition?.reason).toBe("Unschedulable");
  expect(events).toContain("Unschedulable");
});

test("an admission controller's refusal: the answer repeats its sentence", async () => {
  const { error, condition } = await refusal("refused", { runtimeClassName: "no-such-class" });
  expect(error.message).toContain("no-such-class");
  expect(condition?.message).toContain("no-such-class");
});

test("an image that is not there: told from a function that fails", async () => {
  const { error, condition } = await refusal("no-image", {
    runtime: undefined,
    handler: undefined,
    code: { imageUri: "localhost:1/none:1" },
    imageConfig: { command: ["none"] },
  } as unknown as Partial<FunctionSpecInput>);
  expect(error.name).toBe("ResourceNotReadyException");
  expect(error.message).toContain("image");
  expect(condition?.message).toContain("localhost:1/none:1");
});

test("a namespace's quota: 429, and served again when there is room", async () => {
  const name = `${namespace.name}-quota`;
  await makeNamespace(name);
  onTestFinished(() => kubectl(["delete", "namespace", name, "--wait=false"]).then(() => undefined));
  const quota = (pods: number): Manifest =>
    ({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods" },
      spec: { hard: { pods: String(pods) } },
    }) as Manifest;
  const within = describeNamespace(name);
  await within.apply(quota(0));
  await until("the quota to count", 60, async () => {
    return (
      ((await within.get("resourcequota", "pods"))?.status as { hard?: unknown } | undefined)?.hard !==
      undefined
    );
  });
  const { error, condition } = await refusal("limited", {}, within);
  expect(error).toMatchObject({ name: "TooManyRequestsException", $metadata: { httpStatusCode: 429 } });
  expect(condition?.message).toContain("quota");
  await within.apply(quota(5));
  await until("the function to be served", 60, async () => {
    return (await within.sdk.invoke("limited")).statusCode === 200;
  });
  await until("the condition to be well again", 60, async () => {
    const { conditions = [] } = await within.status("limited");
    return conditions.some(({ type, status }) => type === "Schedulable" && status === "True");
  });
});

test("a pool does not take the quota that a claim needs", async () => {
  const name = `${namespace.name}-tight`;
  await makeNamespace(name);
  onTestFinished(() => kubectl(["delete", "namespace", name, "--wait=false"]).then(() => undefined));
  const within = describeNamespace(name);
  const hard = { pods: "2" };
  await within.apply({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "pods" },
    spec: { hard },
  } as Manifest);
  const sleepy = aFunction("sleepy", {
    code: {
      inline: {
        "index.mjs":
          "export const handler = () => new Promise((resolve) => setTimeout(() => resolve(1), 3000));",
      },
    },
  });
  await within.ready(sleepy);
  const both = await Promise.all([within.sdk.invoke("sleepy"), within.sdk.invoke("sleepy")]);
  expect(both.map(({ text }) => text)).toEqual(["1", "1"]);
});
