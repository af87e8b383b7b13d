/** `npm stop`: removes every trace but the build cache. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Options } from "./options.ts";
import { envFile, stateFolder } from "./paths.ts";
import { providerOf } from "./provider.ts";
import type { Report } from "./report.ts";

export async function down(options: Options, report: Report): Promise<number> {
  const provider = providerOf(options);
  await report.step(`stop the cluster ${options.name}`, (detail) =>
    provider.down(options.name, ({ step, detail: more }) =>
      detail(more === undefined ? step : `${step}: ${more}`),
    ),
  );
  for (const file of [
    envFile(options.name),
    ...["ports", "values"].map((what) => join(stateFolder, `${what}-${options.name}.json`)),
  ]) {
    await rm(file, { force: true });
  }
  report.say("Everything is gone but the build cache, which makes the next start fast.");
  return 0;
}
