import { expect, test } from "vitest";
import { dockerfileNeeds } from "./dockerfile.ts";

const dockerfile = `ARG BASE=debian:bookworm-slim
ARG SUPERVISOR=kambda/supervisor
ARG PYTHON=3.11
FROM \${SUPERVISOR} AS supervisor
FROM \${BASE}
`;

test("the base and the images of ours come from the Dockerfile's own ARG lines", () => {
  expect(dockerfileNeeds(dockerfile, {})).toEqual({
    suite: "bookworm",
    images: [{ arg: "SUPERVISOR", image: "supervisor" }],
  });
});

test("a recipe's argument overrides the Dockerfile's default", () => {
  expect(dockerfileNeeds(dockerfile, { BASE: "debian:trixie-slim", PYTHON: "3.13" }).suite).toBe("trixie");
});

test("an image from nothing needs nothing", () => {
  expect(dockerfileNeeds("FROM scratch\nCOPY a /a\n", {})).toEqual({ images: [] });
});

test("an image of ours may be named with a version, which does not matter here", () => {
  expect(dockerfileNeeds("ARG NODE=kambda/runtime-nodejs24.x:0.1.0\n", {}).images).toEqual([
    { arg: "NODE", image: "runtime-nodejs24.x" },
  ]);
});

test("a base that is not a Debian release is left to the Dockerfile", () => {
  expect(dockerfileNeeds("ARG BASE=alpine:3\n", {})).toEqual({ images: [] });
});
