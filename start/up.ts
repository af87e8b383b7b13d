/** `npm start`: from an empty machine to functions that answer. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Example, runExample } from "./example.ts";
import { install } from "./install.ts";
import { howToGoOn } from "./next.ts";
import type { Options } from "./options.ts";
import { examples } from "./paths.ts";
import type { Report } from "./report.ts";

export async function up(options: Options, report: Report): Promise<number> {
  const { env, envFile } = await install(options, report);
  const files = (await readdir(examples)).filter((name) => name.endsWith(".yaml")).sort();
  const answered: Example[] = [];
  for (const file of files) {
    answered.push(await report.step(`invoke examples/${file}`, () => runExample(join(examples, file), env)));
  }
  report.say("");
  for (const { name, url, answer } of answered) report.say(`   ${name}\n     ${url}\n     ${answer}`);
  report.say(howToGoOn(envFile, options, answered[0]));
  return 0;
}
