/** `npm start`: from an empty machine to functions that answer. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Example, runExample } from "./example.ts";
import { install } from "./install.ts";
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

/** `npm stop` with the words that name the same cluster. */
function stopOf({ provider, name }: Options): string {
  switch (provider.kind) {
    case "context":
      return `npm stop -- --context ${provider.context}`;
    case "kind":
      return `npm stop -- --cluster kind${name === "kambda" ? "" : ` --name ${name}`}`;
    case "embedded":
      return name === "kambda" ? "npm stop" : `npm stop -- --name ${name}`;
  }
}

function howToGoOn(envFile: string, options: Options, first: Example | undefined): string {
  const stop = stopOf(options);
  return `
How to go on
   source ${envFile}                               # kubectl, helm, KUBECONFIG, KAMBDA_URL, KAMBDA_API, KAMBDA_METRICS
   kubectl get functions                              # state, runtime, URL, last update
   kubectl describe function ${first?.name ?? "NAME"}
   kubectl logs -l kambda.dev/function=${first?.name ?? "NAME"} --tail=-1 --prefix
   curl ${first?.url ?? "$KAMBDA_URL"}
   AWS_ACCESS_KEY_ID=default AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1 \\
     aws lambda invoke --endpoint-url "$KAMBDA_API" --function-name ${first?.name ?? "NAME"} /dev/stdout
   ${stop}                                           # removes everything but the build cache`;
}
