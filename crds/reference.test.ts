import { describe, expect, test } from "vitest";
import { fc } from "../test/support/properties.ts";
import { formatFunctionReference, parseFunctionReference } from "./reference.ts";

const parsed = (text: string) => {
  const result = parseFunctionReference(text);
  return result.kind === "reference" ? result.reference : result.message;
};

describe("a function is named by", () => {
  test.each([
    ["hello", { functionName: "hello" }],
    ["hello:live", { functionName: "hello", qualifier: "live" }],
    ["hello:$LATEST", { functionName: "hello", qualifier: "$LATEST" }],
    ["hello:3", { functionName: "hello", qualifier: "3" }],
    ["function:hello", { functionName: "hello" }],
    ["123456789012:function:hello", { functionName: "hello", accountId: "123456789012" }],
    [
      "123456789012:function:hello:live",
      { functionName: "hello", accountId: "123456789012", qualifier: "live" },
    ],
    [
      "arn:aws:lambda:eu-west-1:123456789012:function:hello",
      { functionName: "hello", accountId: "123456789012", region: "eu-west-1" },
    ],
    [
      "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:Hello_1:$LATEST",
      { functionName: "Hello_1", accountId: "123456789012", region: "us-gov-west-1", qualifier: "$LATEST" },
    ],
  ])("%s", (text, expected) => expect(parsed(text)).toEqual(expected));
});

describe("refused, with the reason", () => {
  test.each([
    ["", "expected a name"],
    ["he llo", "expected a name"],
    ["hello:", "expected a name"],
    ["hello:$OTHER", "expected a name"],
    ["hello:a:b", "expected a name"],
    ["arn:aws:lambda:eu-west-1:12345:function:hello", "expected a name"],
    ["arn:aws:sqs:eu-west-1:123456789012:hello", "expected a name"],
    ["arn:aws:lambda:123456789012:function:hello", "expected a name"],
    ["x".repeat(65), "64 characters"],
    [`x:${"y".repeat(129)}`, "128 characters"],
    ["x".repeat(100_000), "256 are allowed"],
  ])("%s", (text, why) => expect(parsed(text)).toContain(why));
});

test("what is formatted parses to the same reference", () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
  const reference = fc.oneof(
    fc.record({ functionName: name, qualifier: fc.option(name, { nil: undefined }) }),
    fc.record({
      functionName: name,
      qualifier: fc.option(name, { nil: undefined }),
      accountId: fc.stringMatching(/^[0-9]{12}$/),
      region: fc.option(fc.constant("us-east-1"), { nil: undefined }),
    }),
  );
  fc.assert(
    fc.property(reference, (one) => {
      const given = JSON.parse(JSON.stringify(one));
      // "function:x" is the partial form of x, as Lambda reads it: a function so named needs its account.
      fc.pre(given.functionName !== "function" || given.accountId !== undefined);
      expect(parsed(formatFunctionReference(given))).toEqual(given);
    }),
  );
});
