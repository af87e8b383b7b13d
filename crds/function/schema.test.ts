import { describe, expect, test } from "vitest";
import { z } from "zod";
import { notServed } from "../fields/field.ts";
import { functionSpec, parseFunction } from "./schema.ts";

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

test("kubectl explain promises nothing that this release does not do", () => {
  const { shape } = functionSpec;
  const { vpc, tracing, snapStart, asyncInvoke, deadLetter, recursiveLoop, permissions } = shape;
  const { subnetIds, securityGroupIds, ipv6AllowedForDualStack } = vpc.unwrap().shape;
  const unserved = { tracing, snapStart, asyncInvoke, deadLetter, recursiveLoop, permissions };
  const all = { ...unserved, subnetIds, securityGroupIds, ipv6AllowedForDualStack };
  for (const [field, schema] of Object.entries(all))
    expect([field, descriptionOf(schema)]).toEqual([field, expect.stringContaining(notServed)]);
});

/** As the generator sees it, through default and optional. */
function descriptionOf(schema: z.ZodType): string | undefined {
  return z.toJSONSchema(schema, { io: "input" }).description;
}
