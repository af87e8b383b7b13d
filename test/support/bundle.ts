/** Scripts of `pods/` as one file each, imports included. */
import { join } from "node:path";
import { checkout } from "./installation.ts";

export async function bundle(name: string, target: "bun" | "node"): Promise<string> {
  const built = await Bun.build({
    entrypoints: [join(checkout, `test/support/pods/${name}.ts`)],
    target,
    format: "esm",
  });
  const [output] = built.outputs;
  if (output === undefined) throw new Error(`${name} could not be bundled: ${built.logs.join("\n")}`);
  return await output.text();
}
