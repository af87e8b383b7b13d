/** What a person is told to type once functions answer. */
import type { Example } from "./example.ts";
import type { Options } from "./options.ts";

/** The region is an option: not every AWS CLI reads it from AWS_REGION. */
export function howToGoOn(
  envFile: string,
  options: Pick<Options, "name" | "provider">,
  first: Pick<Example, "name" | "url"> | undefined,
): string {
  const name = first?.name ?? "NAME";
  const lines = [
    [`source ${envFile}`, "kubectl, helm, KUBECONFIG, KAMBDA_URL, KAMBDA_API, KAMBDA_METRICS"],
    ["kubectl get functions", "state, runtime, URL, last update"],
    [`kubectl describe function ${name}`],
    [`kubectl logs -l kambda.dev/function=${name} --tail=-1 --prefix`],
    [`curl ${first?.url ?? "$KAMBDA_URL"}`],
    ["AWS_ACCESS_KEY_ID=default AWS_SECRET_ACCESS_KEY=any aws --region us-east-1 \\"],
    [`  lambda invoke --endpoint-url "$KAMBDA_API" --function-name ${name} /dev/stdout`],
    [stopOf(options), "removes everything but the build cache"],
  ];
  const width = Math.max(...lines.map(([command = "", comment]) => (comment ? command.length : 0)));
  const told = lines.map(([command = "", comment]) =>
    comment ? `   ${command.padEnd(width)}  # ${comment}` : `   ${command}`,
  );
  return ["", "How to go on", ...told].join("\n");
}

/** `npm stop` with the words that name the same cluster. */
function stopOf({ provider, name }: Pick<Options, "name" | "provider">): string {
  switch (provider.kind) {
    case "context":
      return `npm stop -- --context ${provider.context}`;
    case "kind":
      return `npm stop -- --cluster kind${name === "kambda" ? "" : ` --name ${name}`}`;
    case "embedded":
      return name === "kambda" ? "npm stop" : `npm stop -- --name ${name}`;
  }
}
