import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { aLayerVersion, aRevision } from "../../kernel/testing/objects.ts";
import { writeRecord } from "../version/record.ts";
import { readLast } from "./last.ts";

const naming = (name: string, namespace = "team") =>
  aRevision(
    {
      layers: [
        {
          arn: `arn:aws:lambda:us-east-1:123456789012:layer:${name}`,
          archiveSha256: "c".repeat(64),
          archiveBytes: 1,
          codeSize: 1,
        },
      ],
    },
    { namespace },
  );
const given = (number: number, revision?: string) => ({ number, revision, isDeleted: false });

test.each([
  ["by the record", { recorded: 3, published: ["1"], named: [naming("lib:2")] }, given(3, "uid")],
  ["by the layer versions when the record is lost", { published: ["9", "10"], named: [] }, given(10)],
  [
    "by the Revisions when layer version and record are lost",
    { published: [], named: [naming("lib:4")] },
    given(4),
  ],
  ["by both when an old record was put back", { recorded: 1, published: ["2"], named: [] }, given(2)],
  [
    "not by other layers, nor by other namespaces",
    { published: [], named: [naming("other:4"), naming("lib:5", "elsewhere")] },
    given(0),
  ],
])("a layer's last number is known %s (V1)", async (_, { recorded, published, named }: World, expected) => {
  const kube = createMemoryKube(createTestClock());
  for (const version of published) {
    const { apiVersion, kind, spec, status } = aLayerVersion({ layerName: "lib" }, {}, { version });
    const metadata = { namespace: "team", name: `lib-${version}` };
    await kube.create(resources.layerVersions, { apiVersion, kind, metadata, spec });
    await kube.applyStatus(resources.layerVersions, { apiVersion, kind, metadata, status }, "test");
  }
  const record = { last: given(recorded ?? 0, "uid"), resourceVersion: undefined };
  if (recorded !== undefined) await writeRecord(kube, "team", "layer.lib", record);
  const layer = aLayerVersion({ layerName: "lib" });
  expect((await readLast(kube, layer, named)).last).toEqual(expected);
});

interface World {
  recorded?: number;
  published: string[];
  named: ReturnType<typeof naming>[];
}
