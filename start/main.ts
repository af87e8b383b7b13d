/** `npm start | stop | test | prove | bench | check`: each verb is one file of this folder. */
import { bench } from "./bench.ts";
import { check } from "./check.ts";
import { down } from "./down.ts";
import { parseOptions, refuseKept, refuseWords, usage } from "./options.ts";
import { prove } from "./prove.ts";
import { createReport } from "./report.ts";
import { test } from "./test.ts";
import { up } from "./up.ts";

const [verb, ...words] = process.argv.slice(2);
const report = createReport(process.stdout);
try {
  process.exitCode = await run();
} catch (error) {
  report.failed(error);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  if (words.includes("--help")) {
    report.say(`npm start, stop, test, prove, bench or check; ${usage}`);
    return 0;
  }
  refuseKept(verb ?? "", process.env);
  const options = parseOptions(words);
  if (verb === "start" || verb === "stop" || verb === "check") refuseWords(verb, options);
  switch (verb) {
    case "start":
      return await up(options, report);
    case "stop":
      return await down(options, report);
    case "check":
      return await check(report);
    case "test":
      return await test(options, report);
    case "prove":
      return await prove(options, report);
    case "bench":
      return await bench(options, report);
    default:
      throw new Error(`no such verb: ${verb ?? "(none)"}; npm start, stop, test, prove, bench or check`);
  }
}
