import { expect, test } from "vitest";
import { readSubscription } from "./subscription.ts";

const http = { protocol: "HTTP", URI: "http://sandbox.localdomain:8080/logs?x=1" };
const good = { schemaVersion: "2022-12-13", types: ["platform", "function"], destination: http };
const read = (body: unknown, api: "telemetry" | "logs" = "telemetry") =>
  readSubscription(Buffer.from(JSON.stringify(body)), api);

test("a subscription has Lambda's defaults", () => {
  expect(read(good)).toEqual({
    schemaVersion: "2022-12-13",
    types: ["platform", "function"],
    destination: { protocol: "HTTP", port: 8080, path: "/logs?x=1" },
    buffering: { maxItems: 10_000, maxBytes: 262_144, timeoutMs: 1000 },
  });
  expect(read({ types: ["function"], destination: { protocol: "TCP", port: 9000 } }, "logs")).toMatchObject({
    schemaVersion: "2020-08-15",
    destination: { protocol: "TCP", port: 9000 },
  });
});

const refused: Array<[string, unknown, RegExp]> = [
  ["no object", [], /the body/],
  [
    "a schema of the other API",
    { ...good, schemaVersion: "2020-08-15" },
    /schemaVersion must be one of 2022/,
  ],
  ["no schema version", { ...good, schemaVersion: undefined }, /schemaVersion/],
  ["no types", { ...good, types: [] }, /types/],
  ["an unknown type", { ...good, types: ["platform", "audit"] }, /types/],
  ["no destination", { ...good, destination: undefined }, /destination/],
  ["another protocol", { ...good, destination: { protocol: "UDP", port: 1 } }, /HTTP or TCP/],
  ["another host", { ...good, destination: { protocol: "HTTP", URI: "http://example.com:80" } }, /sandbox/],
  ["https", { ...good, destination: { protocol: "HTTP", URI: "https://sandbox:80" } }, /sandbox/],
  ["no port", { ...good, destination: { protocol: "TCP", port: 0 } }, /1 to 65535/],
  ["too few items", { ...good, buffering: { maxItems: 999 } }, /maxItems must be 1000 to 10000/],
  ["too many bytes", { ...good, buffering: { maxBytes: 1_048_577 } }, /maxBytes must be 262144 to 1048576/],
  ["too short a time", { ...good, buffering: { timeoutMs: 24 } }, /timeoutMs must be 25 to 30000/],
];

test.each(refused)("refused: %s", (_, body, message) => {
  expect(read(body)).toEqual({ invalid: expect.stringMatching(message) });
});

test("refused: what is no JSON", () => {
  expect(readSubscription(Buffer.from("{"), "telemetry")).toEqual({
    invalid: expect.stringMatching(/^failed to parse JSON/),
  });
});
