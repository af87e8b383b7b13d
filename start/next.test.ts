import { expect, test } from "vitest";
import { howToGoOn } from "./next.ts";

const options = { name: "second", provider: { kind: "embedded", nodes: 1 } } as const;
const first = { name: "hello", url: "http://hello.localhost:8080/" };
const told = howToGoOn("/a/.kambda/env-second", options, first);

test("tells the AWS CLI its region where every version of it looks", () => {
  expect(told).toContain(
    'aws --region us-east-1 \\\n     lambda invoke --endpoint-url "$KAMBDA_API" --function-name hello',
  );
});

test("names the cluster to stop, and comments stand below each other", () => {
  expect(told).toMatch(/npm stop -- --name second +# /);
  const columns = told.split("\n").flatMap((line) => (line.includes("  # ") ? [line.indexOf("  # ")] : []));
  expect(columns).toHaveLength(3);
  expect(new Set(columns).size).toBe(1);
});
