import { expect, test } from "vitest";
import { parseOptions, refuseKept, refuseWords } from "./options.ts";
import { chooseRuntimes } from "./runtimes.ts";

test("no words mean the embedded cluster with one node", () => {
  expect(parseOptions([])).toEqual({
    provider: { kind: "embedded", nodes: 1 },
    name: "kambda",
    only: [],
    runtimes: chooseRuntimes(""),
  });
});

test("a context of the kubeconfig is used as it is, under a name of its own", () => {
  expect(parseOptions(["--context", "Prod@eu"])).toEqual({
    provider: { kind: "context", context: "Prod@eu", registry: undefined },
    name: "on-prod-eu",
    only: [],
    runtimes: parseOptions([]).runtimes,
  });
  const { provider } = parseOptions(["--context", "prod", "--registry", "r.example/team"]);
  expect(provider).toMatchObject({ registry: "r.example/team" });
});

test.each([
  [["--nodes", "0"], "--nodes 0: a whole number from 1 to 5"],
  [["--cluster", "minikube"], "--cluster minikube: embedded or kind"],
  [["--name", "Prod!"], "--name Prod!: lower-case letters"],
  [["--registry", "r.example"], "--registry is for --context NAME"],
  [["--what"], "Unknown option '--what'\noptions:\n  --name NAME"],
  [["--name"], "Option '--name <value>' argument missing\noptions:"],
])("%j is answered with the right words", (words, sentence) => {
  expect(() => parseOptions(words)).toThrow(sentence);
});

test("an option that npm kept to itself does not start, or stop, another cluster than was meant", () => {
  expect(() => refuseKept("stop", { npm_config_name: "second" })).toThrow(
    "npm kept --name second to itself: say npm stop -- --name second",
  );
  expect(() => refuseKept("start", { npm_config_nodes: "true" })).toThrow("npm start -- --nodes …");
  expect(() => refuseKept("stop", { npm_config_registry: "https://registry.example" })).not.toThrow();
});

test("a word that is no option is not passed over", () => {
  expect(() => refuseWords("stop", parseOptions(["second"]))).toThrow('npm stop: "second" is no option');
  expect(() => refuseWords("stop", parseOptions(["--name", "second"]))).not.toThrow();
});
