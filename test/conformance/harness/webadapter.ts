/** The Lambda Web Adapter, AWS's own, compiled from its crate as its users would: an extension called `lambda-adapter`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { imageCache } from "../../../images/build/machine.ts";
import { requirePrograms } from "../../../images/build/packages.ts";
import { run } from "../../../program/run.ts";
import type { Files } from "./archive.ts";

const crate = "lambda_web_adapter";
const version = "1.0.0-rc1";

/** The layer that holds it. Compiled once, then kept with the images' cache. */
export async function webAdapterLayer(): Promise<Files> {
  const root = join(imageCache(process.env), "../web-adapter", version);
  const program = join(root, "bin/lambda-adapter");
  if (!existsSync(program)) {
    await requirePrograms({ cargo: "cargo-web" }, process, (line) => console.error(line));
    await run("cargo", ["install", crate, "--version", version, "--locked", "--debug", "--root", root]);
  }
  return { "extensions/lambda-adapter": { content: readFileSync(program), mode: 0o755 } };
}
