import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { fc } from "../test/support/properties.ts";
import { readSourced, sourceable } from "./sourceable.ts";

const env = {
  KUBECONFIG: "/a b/it's $HOME",
  KAMBDA_URL: "http://127.0.0.1:8080",
  PATH: "of whoever wrote it",
};

test("a program reads what a shell has that sourced it", () => {
  const text = sourceable(".kambda/env", env, "/tools");
  const shell = { PATH: process.env.PATH ?? "" };
  const script = `${text}printf '%s\\n' "$KUBECONFIG" "$KAMBDA_URL" "$PATH"`;
  const [kubeconfig, url, path] = execFileSync("/bin/sh", ["-c", script], {
    env: shell,
    encoding: "utf8",
  }).split("\n");
  expect(readSourced(text, shell)).toEqual({ KUBECONFIG: kubeconfig, KAMBDA_URL: url, PATH: path });
  expect({ kubeconfig, url, path }).toEqual({
    kubeconfig: env.KUBECONFIG,
    url: env.KAMBDA_URL,
    path: `/tools:${shell.PATH}`,
  });
});

test("whatever stands in a value comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("'", '"', "$", "\\", "a", " ", ":") }), (value) => {
      expect(readSourced(sourceable(".kambda/env", { NAME: value }, "/tools"), {})).toEqual({ NAME: value });
    }),
  );
});

test("the file says how it is used, under its own name", () => {
  expect(sourceable("/a/.kambda/env-second", env, "/tools")).toMatch(
    /^# Written by npm start; use it with: source \/a\/\.kambda\/env-second$/m,
  );
});
