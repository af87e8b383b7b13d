import { expect, test } from "vitest";
import type { HttpAnswer } from "../listener/http.ts";
import { answerPreflight, type Cors, withCors } from "./cors.ts";

const json: [string, string] = ["content-type", "application/json"];
const cors: Cors = {
  allowOrigins: ["https://a.example", "https://b.example"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["x-one", "x-two"],
  exposeHeaders: ["x-shown"],
  allowCredentials: false,
  maxAge: 60,
};
const preflight = {
  method: "OPTIONS",
  origin: "https://b.example",
  requestMethod: "POST",
  requestHeaders: "x-one",
};

test("a preflight from an allowed origin is answered for the function", () => {
  expect(answerPreflight(cors, preflight)).toEqual({
    status: 200,
    headers: [
      ["access-control-allow-origin", "https://b.example"],
      ["vary", "Origin"],
      ["access-control-allow-methods", "GET,POST"],
      ["access-control-allow-headers", "x-one,x-two"],
      ["access-control-max-age", "60"],
    ],
    body: "",
  });
});

test.each([
  ["another origin", { ...preflight, origin: "https://evil.example" }],
  ["another method", { ...preflight, requestMethod: "DELETE" }],
])("a preflight from %s is given nothing", (_, question) => {
  const names = answerPreflight(cors, question)?.headers.map(([name]) => name);
  expect(names).toEqual(["vary"]);
});

test("an OPTIONS that is no preflight is for the function", () => {
  expect(answerPreflight(cors, { ...preflight, requestMethod: undefined })).toBeUndefined();
  expect(answerPreflight(cors, { ...preflight, method: "GET" })).toBeUndefined();
});

test("the URL's configuration replaces what the function says of CORS", () => {
  const answer: HttpAnswer = { status: 200, headers: [["access-control-allow-origin", "*"], json], body: "" };
  expect(withCors(cors, "https://a.example", answer).headers).toEqual([
    json,
    ["access-control-allow-origin", "https://a.example"],
    ["vary", "Origin"],
    ["access-control-expose-headers", "x-shown"],
  ]);
  expect(withCors(cors, "https://evil.example", answer).headers).toEqual([json]);
  expect(withCors(cors, undefined, answer).headers).toEqual([json]);
});

test("with credentials the origin itself is named, never *", () => {
  const any: Cors = { allowOrigins: ["*"], allowCredentials: true };
  expect(withCors(any, "https://c.example", { status: 200, headers: [], body: "" }).headers).toEqual([
    ["access-control-allow-origin", "https://c.example"],
    ["vary", "Origin"],
    ["access-control-allow-credentials", "true"],
  ]);
});
