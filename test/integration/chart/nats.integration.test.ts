/** What the chart keeps NATS from: the loss of what it stored under another number of servers, and logins with which it would not start. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { apply, type KubeObject, type Manifest } from "../../support/kubectl.ts";
import { chartNamespace } from "./namespace.ts";
import { complaints, rendered } from "./render.ts";

setDefaultTimeout(120_000);

const namespace = chartNamespace("nats");

/** NATS as the chart makes it, but with no pod of it: the checks read what stands in the cluster, not what runs. */
async function installed(servers: number): Promise<void> {
  const objects = (await rendered([`nats.servers=${servers}`], namespace)) as Manifest[];
  const ours = objects.filter(
    ({ kind, metadata }) => /^(ConfigMap|StatefulSet)$/.test(kind) && metadata.name === "kambda-nats",
  );
  expect(ours).toHaveLength(2);
  await apply(
    ours.map((one) =>
      one.kind === "StatefulSet" ? { ...one, spec: { ...(one as KubeObject).spec, replicas: 0 } } : one,
    ),
  );
}

test.each([
  [1, 3],
  [3, 1],
])("an upgrade from %i NATS servers to %i is refused, and says why", async (before, after) => {
  await installed(before);
  const said = await complaints([`nats.servers=${after}`], namespace);
  expect(said).toContain(`nats.servers is ${after}, but NATS runs with ${before}`);
  expect(said).toContain(`keep ${before}, or carry it over as docs/nats.md says`);
});

test.each([
  [1, 1],
  [3, 3],
  [3, 5],
])("an upgrade from %i NATS servers to %i is taken", async (before, after) => {
  await installed(before);
  expect(await complaints([`nats.servers=${after}`], namespace)).not.toContain("but NATS runs with");
});

describe("a login of one's own", () => {
  const says =
    "has a character that the configuration of NATS cannot hold: take letters, digits and -._~ only";

  async function saidOf(servers: number, user: string, password: string): Promise<string> {
    const metadata = { name: "login", namespace };
    const stringData = { user, password };
    await apply([{ apiVersion: "v1", kind: "Secret", metadata, stringData } as Manifest]);
    await installed(servers);
    return complaints([`nats.servers=${servers}`, "nats.auth.existingSecret=login"], namespace);
  }

  test.each([
    ["password", 3, "kambda", "rJ8/2Q=="],
    ["password", 3, "kambda", "100%"],
    ["password", 3, "kambda", "line\n"],
    ["password", 1, "kambda", 'say "no"'],
    ["password", 1, "kambda", "back\\slash"],
    ["password", 1, "kambda", "line\n"],
    ["user", 3, "a:b", "plain"],
  ])("is refused for its %s, with %i servers: %j, %j", async (key, servers, user, password) => {
    expect(await saidOf(servers, user, password)).toContain(`the ${key} in the Secret login ${says}`);
  });

  test.each([
    [1, "kambda", "rJ8/2Q==:100%"],
    [3, "kambda", "Aa0-._~!$&'()*+,;=:@"],
  ])("is taken with %i servers: %j, %j", async (servers, user, password) => {
    expect(await saidOf(servers, user, password)).not.toContain(says);
  });
});
