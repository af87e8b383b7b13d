/** The handlers of `images/java/`, compiled as their users would: classes at the top of the archive, jars in `lib`. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { imageCache } from "../../../images/build/machine.ts";
import { requirePrograms } from "../../../images/build/packages.ts";
import { run } from "../../../program/run.ts";
import type { Files } from "./archive.ts";

const pom = resolve(import.meta.dir, "../images/java/pom.xml");

export async function javaFiles(): Promise<Files> {
  const programs = { mvn: "maven", javac: "default-jdk-headless" };
  await requirePrograms(programs, process, (line) => console.error(line));
  const output = join(imageCache(process.env), "../java-handlers");
  mkdirSync(output, { recursive: true });
  const goals = ["package", "dependency:copy-dependencies", "-DincludeScope=runtime"];
  const folders = [`-Doutput=${output}`, `-DoutputDirectory=${output}/lib`];
  await run("mvn", ["--batch-mode", "--quiet", "--file", pom, ...goals, ...folders]);
  return { ...filesIn(join(output, "classes"), ""), ...filesIn(join(output, "lib"), "lib/") };
}

function filesIn(folder: string, prefix: string): Files {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    files.map((one) => {
      const path = join(one.parentPath, one.name);
      const name = prefix + path.slice(folder.length + 1);
      return [name, { content: readFileSync(path), mode: 0o644 }];
    }),
  );
}
