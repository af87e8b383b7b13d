import { expect, test } from "vitest";
import type { Assignment } from "../../../crds/link/messages.ts";
import { initStart } from "./runtime-version.ts";

test.each([
  ["nodejs24.x", "nodejs:24.v1"],
  ["python3.13", "python:3.13.v1"],
  ["provided.al2023", "provided:al2023.v1"],
  ["java21", "java:21.v1"],
  ["", "image:1.v1"],
])("the runtime %j is shown as %s", (runtime, shown) => {
  const assignment = { runtime, region: "eu-west-1", functionName: "f", functionVersion: "1" } as Assignment;
  expect(initStart(assignment, "init")).toMatchObject({
    runtime: shown,
    runtimeArn: expect.stringMatching(/^arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}$/),
  });
});
