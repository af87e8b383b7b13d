import { describe, expect, test } from "vitest";
import { availableRuntimes, findRuntime, runtimes, startOnlyVariables } from "./runtimes.ts";

describe("the table of runtimes", () => {
  test("has each name once, with an image of its own", () => {
    expect(new Set(runtimes.map(({ name }) => name)).size).toBe(runtimes.length);
    expect(new Set(runtimes.map(({ image }) => image)).size).toBe(runtimes.length);
  });

  test("can start what this release promises", () => {
    expect(availableRuntimes.map(({ name }) => name)).toEqual([
      "nodejs20.x",
      "nodejs22.x",
      "nodejs24.x",
      "python3.11",
      "python3.13",
      "java17",
      "java21",
      "java25",
      "ruby3.3",
      "provided.al2",
      "provided.al2023",
    ]);
  });

  test("names the execution environment, except of provided ones", () => {
    expect(findRuntime("python3.13")).toMatchObject({
      runtime: { executionEnvironment: "AWS_Lambda_python3.13", needsHandler: true },
    });
    expect(findRuntime("provided.al2023")).toMatchObject({
      runtime: { executionEnvironment: undefined, needsHandler: false },
    });
  });

  test("says what can be used instead of an unknown or unavailable one", () => {
    expect(findRuntime("nodejs4.3")).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/nodejs4\.3 is unknown.*nodejs24\.x/),
    });
    expect(findRuntime("python3.14")).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/no image for it.*python3\.13/),
    });
  });
});

describe("variables a started process cannot take", () => {
  test.each([
    ["nodejs", ["NODE_OPTIONS", "NODE_PATH", "LD_PRELOAD", "LC_ALL"], ["STAGE", "DB", "TZ", "NODE_ENV"]],
    ["nodejs", ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], ["AWS_REGION"]],
    [
      "python",
      ["PYTHONPATH", "PYTHONHASHSEED", "AWS_LAMBDA_EXEC_WRAPPER"],
      ["NODE_OPTIONS", "TZ", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    ],
    ["java", ["JAVA_TOOL_OPTIONS"], ["JAVA"]],
  ] as const)("are known for %s", (family, startOnly, ordinary) => {
    expect(startOnlyVariables(family, [...startOnly, ...ordinary])).toEqual(startOnly);
  });
});
