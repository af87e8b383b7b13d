import { describe, expect, test } from "vitest";
import { credentialsIn } from "./credentials.ts";

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const secret = (auths: Record<string, unknown>) => ({ data: { ".dockerconfigjson": base64({ auths }) } });
const mine = { username: "me", password: "p:w" };

describe("a pull Secret's credentials", () => {
  test.each([
    ["registry.example", { "registry.example": mine }],
    ["registry.example:5000", { "https://registry.example:5000": mine }],
    ["registry.example", { "registry.example": { auth: Buffer.from("me:p:w").toString("base64") } }],
    ["registry-1.docker.io", { "https://index.docker.io/v1/": mine }],
  ])("for %s are found under %j", (registry, auths) => {
    expect(credentialsIn(secret(auths), registry)).toEqual(mine);
  });

  test.each([
    ["another registry's", secret({ "registry.example": mine })],
    ["a registry's whose name begins alike", secret({ "other.example.evil": mine })],
    ["none", secret({})],
    ["an Opaque Secret's", { data: { password: "cA==" } }],
    ["broken ones", { data: { ".dockerconfigjson": "cA==" } }],
    ["those of no Secret", undefined],
  ])("are not %s", (_, from) => {
    expect(credentialsIn(from, "other.example")).toBeUndefined();
  });
});
