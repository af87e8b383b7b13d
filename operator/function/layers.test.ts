import { describe, expect, test } from "vitest";
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import { limits } from "../../crds/limits.ts";
import { accountIdOf } from "../../crds/names.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, aLayerVersion, aRevision } from "../../kernel/testing/objects.ts";
import { type Layer, resolveLayers, sizeProblem } from "./layers.ts";

const settings = settingsSchema.parse({});
const arn = (name: string, version: number) =>
  `arn:aws:lambda:${settings.account.region}:${accountIdOf("team")}:layer:${name}:${version}`;
const published = (name: string, version: number, archiveSha256 = "c".repeat(64)) =>
  aLayerVersion(
    { layerName: name },
    { name: `${name}.${version}` },
    {
      version: String(version),
      layerVersionArn: arn(name, version),
      archiveSha256,
      archiveBytes: 1,
      codeSize: 2,
      unpackedBytes: 3,
    },
  );
const layer = (name: string, version: number): Layer => ({
  arn: arn(name, version),
  archiveSha256: "c".repeat(64),
  archiveBytes: 1,
  codeSize: 2,
  unpackedBytes: 3,
});
const resolve = (layers: string[], known = [published("a", 1), published("b", 2)], serving?: Layer[]) =>
  resolveLayers(
    {
      function: aFunction({ layers }),
      known,
      serving: serving === undefined ? undefined : aRevision({ layers: serving }),
    },
    settings,
  );

describe("the layers of a function", () => {
  test("are found by name and number or by ARN, in the order they are named", () => {
    expect(resolve(["b:2", arn("a", 1)])).toEqual({ layers: [layer("b", 2), layer("a", 1)] });
    expect(resolve([])).toEqual({ layers: [] });
  });

  test.each([
    ["another number", "a:2"],
    ["another account", arn("a", 1).replace(/:\d{12}:/, ":999999999999:")],
  ])("that do not exist are a problem that may pass: %s", (_, name) => {
    const found = resolve([name]);
    expect(found).toMatchObject({ problem: { reasonCode: "InvalidConfiguration", passing: true } });
    expect(JSON.stringify(found)).toContain(name);
  });

  test("that were deleted stay what the serving Revision says of them", () => {
    expect(resolve(["a:1"], [], [layer("a", 1)])).toEqual({ layers: [layer("a", 1)] });
    expect(resolve(["b:2"], [], [layer("a", 1)])).toMatchObject({ problem: {} });
  });

  test("that two objects claim are what the serving Revision says, else the older's", () => {
    const twice = [published("a", 1, "d".repeat(64)), published("a", 1)];
    for (const known of [twice, twice.toReversed()])
      expect(resolve(["a:1"], known, [layer("a", 1)])).toEqual({ layers: [layer("a", 1)] });
    const made = (one: LayerVersionObject, creationTimestamp: string) => ({
      ...one,
      metadata: { ...one.metadata, creationTimestamp },
    });
    const older = made(published("a", 1), "2025-01-01T00:00:00Z");
    const younger = made(published("a", 1, "d".repeat(64)), "2026-01-01T00:00:00Z");
    for (const known of [
      [older, younger],
      [younger, older],
    ])
      expect(resolve(["a:1"], known)).toEqual({ layers: [layer("a", 1)] });
  });

  test("count with the code against 250 MB unpacked", () => {
    const half = { ...layer("a", 1), unpackedBytes: limits.unzippedBytesMax / 2 };
    expect(sizeProblem(0, [half, half])).toBeUndefined();
    expect(sizeProblem(1, [half, half])).toMatchObject({ reasonCode: "CodeStorageExceeded", passing: false });
  });
});
