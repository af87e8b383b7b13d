import { describe, expect, test } from "vitest";
import { fc } from "../test/support/properties.ts";
import { canonicalHash } from "./hash.ts";
import {
  accountIdOf,
  environmentPodName,
  functionArn,
  functionNameOf,
  labelValue,
  logGroupOf,
  poolPodName,
  revisionName,
  shapeHash,
  urlId,
  versionObjectName,
} from "./names.ts";

const letters = [..."abcXYZ019-_"];
/** Few letters, so that collisions would be found. */
const functionName = fc
  .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 64 })
  .map((parts) => parts.join(""));
const shortName = fc
  .array(fc.constantFrom("a", "A", "-", "_", "1"), { minLength: 1, maxLength: 4 })
  .map((p) => p.join(""));
const name = fc.oneof(functionName, shortName);
const hash = fc.string().map((text) => canonicalHash(text));

const labelPattern = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Different inputs, different names; equal inputs, equal names. */
function injective<T extends unknown[]>(
  build: (...input: T) => string,
  ...inputs: { [K in keyof T]: fc.Arbitrary<T[K]> }
) {
  const input = fc.tuple(...(inputs as fc.Arbitrary<unknown>[])) as unknown as fc.Arbitrary<T>;
  fc.assert(
    fc.property(input, input, (one, other) => {
      expect(build(...one) === build(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { numRuns: 2000 },
  );
}

describe("label values", () => {
  test("are a label's value for every function name", () => {
    fc.assert(
      fc.property(name, (one) => {
        expect(labelValue(one)).toMatch(labelPattern);
      }),
    );
  });
  test("are injective", () => injective(labelValue, name));
  test("are the name itself where it may be one", () => {
    expect(labelValue("hello")).toBe("hello");
    expect(labelValue("Hello_World-1")).toBe("Hello_World-1");
    expect(labelValue("-x")).toMatch(/^h\.[a-z0-9]{16}$/);
    expect(labelValue("x".repeat(64))).toMatch(/^h\./);
  });
});

describe("Revision names", () => {
  test("are object names and label values for every function", () => {
    fc.assert(
      fc.property(name, hash, (one, specHash) => {
        const made = revisionName(one, specHash);
        expect(made).toMatch(dnsSubdomain);
        expect(made).toMatch(labelPattern);
        expect(made).not.toContain(".");
      }),
    );
  });
  test("are injective, although the slug is not", () => {
    injective(revisionName, name, hash);
    expect(revisionName("a_b", "x")).not.toBe(revisionName("a-b", "x"));
    expect(revisionName("A", "x")).not.toBe(revisionName("a", "x"));
  });
});

describe("object names", () => {
  test("are names Kubernetes takes", () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(versionObjectName(one, other)).toMatch(dnsSubdomain);
        expect(versionObjectName(one, other).length).toBeLessThanOrEqual(253);
      }),
    );
  });
  test("are injective", () => {
    injective(versionObjectName, name, name);
  });
  test("read as a person would write them", () => {
    expect(versionObjectName("hello", "3")).toBe("hello.3");
    expect(versionObjectName("Hello_World", "3")).toMatch(/^hello-world-3\.h\.[a-z0-9]{16}$/);
  });
});

describe("URL ids", () => {
  const id = (namespace: string, functionName: string, qualifier: string, seed: string) =>
    urlId({ seed, namespace, functionName, qualifier });

  test("are 32 lower-case letters and digits, and injective", () => {
    injective(id, shortName, name, name, fc.string());
    expect(id("default", "hello", "live", "seed")).toMatch(/^[a-z0-9]{32}$/);
  });
  test("are the same after a restore, for they depend on names only", () => {
    expect(urlId({ seed: "kambda", namespace: "default", functionName: "hello" })).toBe(
      urlId({ seed: "kambda", namespace: "default", functionName: "hello", qualifier: "$LATEST" }),
    );
    expect(urlId({ seed: "kambda", namespace: "default", functionName: "hello" })).toMatchInlineSnapshot(
      `"udhzq3xuvnpx7ti5isgg1egvlejx4v3t"`,
    );
  });
});

describe("pods", () => {
  test("of a pool and of a Revision have names that fit a host name", () => {
    const shape = shapeHash({ image: "x", memoryClass: 256 });
    expect(poolPodName(shape, "0123456789abcdef")).toMatch(/^kambda-pool-[a-z0-9]{12}-[a-z0-9]{16}$/);
    const revision = revisionName("x".repeat(64), "h");
    const pod = environmentPodName(revision, "0123456789abcdef");
    expect(pod).toMatch(dnsSubdomain);
    expect(pod.length).toBeLessThanOrEqual(63);
  });
  test("of two Revisions never share a name", () => {
    injective(
      (one: string, specHash: string) => environmentPodName(revisionName(one, specHash), "r"),
      name,
      hash,
    );
  });
});

describe("accounts", () => {
  test("have 12 digits, and namespaces have different ones", () => {
    injective((namespace: string) => accountIdOf(namespace), fc.string());
    expect(accountIdOf("default")).toMatch(/^[1-9][0-9]{11}$/);
  });
  test("are what the installation says where it says so", () => {
    expect(accountIdOf("a", { a: "012345678901" })).toBe("012345678901");
    expect(accountIdOf("constructor", {})).toMatch(/^[1-9][0-9]{11}$/);
  });
});

test("an unqualified ARN has no suffix", () => {
  const of = { region: "us-east-1", accountId: "123456789012", functionName: "f" };
  expect(functionArn(of)).toBe("arn:aws:lambda:us-east-1:123456789012:function:f");
  expect(functionArn({ ...of, qualifier: "$LATEST" })).toBe(
    "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
  );
});

test("a Function is called by spec.functionName, else by its object's name", () => {
  expect(functionNameOf({ metadata: { name: "a" }, spec: {} })).toBe("a");
  expect(functionNameOf({ metadata: { name: "a" }, spec: { functionName: "B_c" } })).toBe("B_c");
});

test("the log group is /aws/lambda/<function> unless it is named", () => {
  expect(logGroupOf("f", undefined)).toBe("/aws/lambda/f");
  expect(logGroupOf("f", "mine")).toBe("mine");
});
