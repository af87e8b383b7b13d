/**
 * `npm run bench`: installs as `npm start` does, without the examples, and measures. Results go to `.kambda/bench.json`.
 * Words choose parts (`sections` in test/bench/results.ts). `npm run bench -- path` measures gateway, supervisor and
 * runtime alone, without a cluster, in half a minute.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../program/run.ts";
import { isSection, sections } from "../test/bench/results.ts";
import { homeAddress } from "./home.ts";
import { install } from "./install.ts";
import type { Options } from "./options.ts";
import { bun, root, stateFolder } from "./paths.ts";
import type { Report } from "./report.ts";

export async function bench(options: Options, report: Report): Promise<number> {
  const unknown = options.only.find((word) => word !== "path" && !isSection(word));
  if (unknown !== undefined)
    throw new Error(`npm run bench -- ${unknown}: there are ${sections.join(", ")} and path`);
  if (options.only.includes("path")) {
    const { stdout } = await report.step("measure the path without a cluster", (detail) =>
      run(bun, ["test/bench/path/main.ts"], { cwd: root, onLine: detail }),
    );
    report.say(stdout);
    return 0;
  }
  const { env } = await install({ ...options, values: await readValues() }, report);
  const file = join(stateFolder, "bench.json");
  const home = await homeAddress(env);
  const image = (
    await run(
      "kubectl",
      [
        "get",
        "configmap",
        "kambda-settings",
        "-n",
        "kambda-system",
        "-o",
        "jsonpath={.data.settings\\.json}",
      ],
      { env },
    )
  ).stdout;
  const { images } = JSON.parse(image) as { images: { prefix: string; tag: string } };
  const { stdout, code } = await report.step(
    "measure (about half an hour; -- warm or another part of it is shorter)",
    (detail) =>
      run(
        bun,
        [
          "test/bench/main.ts",
          file,
          home,
          `${images.prefix}runtime-nodejs24.x:${images.tag}`,
          ...options.only,
        ],
        {
          cwd: root,
          env,
          onLine: detail,
          // A part broke: the table says which, beside the others' figures.
          allowed: [0, 1],
        },
      ),
  );
  report.say(stdout);
  report.say(`written to ${file}`);
  return code;
}

/** Code of the bench comes from a pod of its own, whose address must be allowed; pools are as large as demand would make them; many pods fit on a node. */
async function readValues(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(root, "test/bench/values.json"), "utf8")) as Record<string, unknown>;
}
