import { expect, test } from "vitest";
import { settingsSchema } from "./schema.ts";

const read = (domain: string) => settingsSchema.safeParse({ urls: { domain } });

test.each(["fn.example.com", "localhost", "a-1.b"])("functions have URLs under %s", (domain) => {
  expect(read(domain).success).toBe(true);
});

test.each([
  "https://fn.example.com",
  "*.fn.example.com",
  "fn.example.com:8080",
  "fn.example.com.",
  "Fn.example.com",
  "",
])("a domain %j, under which no URL would be found, is refused by its name", (domain) => {
  expect(read(domain).error?.issues).toMatchObject([{ path: ["urls", "domain"] }]);
});
