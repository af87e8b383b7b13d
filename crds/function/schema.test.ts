import { describe, expect, test } from "vitest";
import { parseFunction } from "./schema.ts";

const raw = (spec: object, more: object = {}) => ({
  apiVersion: "kambda.dev/v1alpha1",
  kind: "Function",
  metadata: { name: "hello", namespace: "default", uid: "u", generation: 3, managedFields: [{}] },
  spec: { runtime: "nodejs24.x", handler: "index.handler", code: { inline: { "index.mjs": "x" } }, ...spec },
  ...more,
});

describe("reading a Function", () => {
  test("fills in Lambda's defaults, and an empty status", () => {
    const { spec, status } = parseFunction(raw({}));
    expect(spec).toMatchObject({
      memorySize: 128,
      timeout: 3,
      ephemeralStorage: { size: 512 },
      architectures: ["x86_64"],
      tracing: { mode: "PassThrough" },
      logging: { logFormat: "Text", applicationLogLevel: "INFO", systemLogLevel: "INFO" },
      snapStart: { applyOn: "None" },
      recursiveLoop: "Terminate",
      publish: false,
    });
    expect(status).toEqual({ conditions: [] });
  });

  test("tolerates fields of a newer release and drops them", () => {
    const read = parseFunction(raw({ fieldOfTomorrow: 1 }, { status: { state: "Active", another: true } }));
    expect(read.spec).not.toHaveProperty("fieldOfTomorrow");
    expect(read.metadata).not.toHaveProperty("managedFields");
    expect(read.status).toEqual({ state: "Active", conditions: [] });
  });

  test("names the field that is wrong", () => {
    expect(() => parseFunction(raw({ memorySize: 64 }))).toThrow(/memorySize/);
  });
});
