/** What an upgrade must not do to NATS: a server deletes, or cannot read, what it stored as one of another number. */
import { expect, setDefaultTimeout, test } from "bun:test";
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
  expect(said).toContain(`keep ${before}, or carry it over as docs/install.md says`);
});

test.each([
  [1, 1],
  [3, 3],
  [3, 5],
])("an upgrade from %i NATS servers to %i is taken", async (before, after) => {
  await installed(before);
  expect(await complaints([`nats.servers=${after}`], namespace)).not.toContain("but NATS runs with");
});
