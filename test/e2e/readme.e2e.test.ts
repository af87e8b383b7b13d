/** README's commands, run line by line in one shell as a reader would: what it promises is what happens. */
import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, installation } from "../support/installation.ts";
import { run } from "../support/kubectl.ts";
import { testNamespace } from "../support/namespace.ts";
import { missing, testedSteps } from "../support/readme.ts";

const namespace = testNamespace("readme");
const steps = testedSteps(readFileSync(join(checkout, "README.md"), "utf8"));
const readmeMsMax = 240_000;
/** Printed after each command, so that one shell can run them all and each one's output still be told apart. */
const mark = "--8<--";
/** A reader takes a moment to type; meanwhile the kubelet tells of the container that has started, whose log it has only then. */
const untilTold = `for second in $(seq 60); do
  kubectl logs -l kambda.dev/function=hello --tail=-1 --ignore-errors 2>&1 | grep -q "REPORT RequestId: $id" && break
  sleep 1
done`;

test("README has commands to test", () => {
  expect(steps.length).toBeGreaterThan(5);
});

test(
  "every tested command of README prints what README says",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "kambda-readme-"));
    const kubeconfig = join(folder, "kubeconfig");
    // The reader's namespace is `default`; here it is one of our own, set the way kubectl is told of one.
    writeFileSync(kubeconfig, readFileSync(installation.kubeconfig));
    const env = { KUBECONFIG: kubeconfig, AWS_ACCESS_KEY_ID: namespace.name };
    await run("kubectl", ["config", "set-context", "--current", `--namespace=${namespace.name}`], { env });
    const script = steps.map(({ command }, n) => {
      const first = command.startsWith("kubectl logs") ? `${untilTold}\n` : "";
      return `${first}{\n${command}\n} 2>&1\necho "${mark}${n} $?"\n`;
    });
    const { stdout } = await run("bash", ["-c", script.join("")], {
      cwd: checkout,
      env,
      timeoutMs: readmeMsMax,
    });
    rmSync(folder, { recursive: true });
    let rest = stdout;
    const failures = steps.flatMap(({ command, expected, line }, n) => {
      const end = rest.indexOf(`${mark}${n} `);
      const output = rest.slice(0, end);
      rest = rest.slice(rest.indexOf("\n", end) + 1);
      const missed = missing(output, expected);
      return missed === undefined
        ? []
        : [`README.md:${line}: ${command}\n  should print: ${missed}\n  printed: ${output}`];
    });
    expect(failures).toEqual([]);
  },
  readmeMsMax,
);
