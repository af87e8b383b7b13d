import { describe, expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { type LastVersion, readRecord, recordBytesMax, versionsConfigMap, writeRecord } from "./record.ts";

const last = (number: number, more: Partial<LastVersion> = {}): LastVersion => ({
  number,
  revision: `hello-${number}`,
  isDeleted: false,
  ...more,
});

describe("the record of version numbers", () => {
  test("gives back what was written, and knows nothing of other names", async () => {
    const kube = createMemoryKube(createTestClock());
    for (const written of [last(1), last(2, { isDeleted: true }), last(3, { revision: undefined })]) {
      const { resourceVersion } = await readRecord(kube, "team", "hello");
      await writeRecord(kube, "team", "hello", { last: written, resourceVersion });
      expect((await readRecord(kube, "team", "hello")).last).toEqual(written);
    }
    expect((await readRecord(kube, "team", "other")).last.number).toBe(0);
    expect((await readRecord(kube, "elsewhere", "hello")).last.number).toBe(0);
  });

  test("lets only one of two who read the same give the next number (V1)", async () => {
    const kube = createMemoryKube(createTestClock());
    const [first, second] = await Promise.all([
      readRecord(kube, "team", "hello"),
      readRecord(kube, "team", "hello"),
    ]);
    await writeRecord(kube, "team", "hello", { ...first, last: last(1) });
    const late = writeRecord(kube, "team", "hello", {
      ...second,
      last: last(1, { revision: "hello-other" }),
    });
    await expect(late).rejects.toMatchObject({ status: { reason: "AlreadyExists" } });
    const [third, fourth] = await Promise.all([
      readRecord(kube, "team", "hello"),
      readRecord(kube, "team", "hello"),
    ]);
    await writeRecord(kube, "team", "hello", { ...third, last: last(2) });
    const later = writeRecord(kube, "team", "hello", {
      ...fourth,
      last: last(2, { revision: "hello-other" }),
    });
    await expect(later).rejects.toMatchObject({ status: { reason: "Conflict" } });
    expect((await readRecord(kube, "team", "hello")).last.revision).toBe("hello-2");
  });

  test("has no room for further names once it is nearly as large as a ConfigMap may be, and for its own still", async () => {
    const kube = createMemoryKube(createTestClock());
    const metadata = { namespace: "team", name: versionsConfigMap };
    const data = { hello: "3", "long-gone": "x".repeat(recordBytesMax) };
    await kube.create(resources.configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
    expect(await readRecord(kube, "team", "new")).toMatchObject({ last: { number: 0 }, isFull: true });
    expect(await readRecord(kube, "team", "hello")).toMatchObject({ last: { number: 3 } });
    expect(await readRecord(kube, "team", "hello")).not.toHaveProperty("isFull");
    await kube.patch(resources.configMaps, metadata, { data: { "long-gone": null } });
    expect(await readRecord(kube, "team", "new")).not.toHaveProperty("isFull");
  });

  test("that somebody spoilt by hand is no reason to begin again at 1", async () => {
    const kube = createMemoryKube(createTestClock());
    const metadata = { namespace: "team", name: versionsConfigMap };
    const resource = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap" };
    await kube.create(resource, { apiVersion: "v1", kind: "ConfigMap", metadata, data: { hello: "seven" } });
    await expect(readRecord(kube, "team", "hello")).rejects.toThrow(
      /says "seven" where a version number belongs/,
    );
  });
});
