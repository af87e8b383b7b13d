/**
 * The one table of runtimes: adding one is one line here; where its family is new, also a Dockerfile, a recipe in
 * `runtime-image/images/` and a bootstrap.
 */

export type RuntimeFamily = "nodejs" | "python" | "java" | "ruby" | "dotnet" | "provided";

export interface Runtime {
  name: string;
  family: RuntimeFamily;
  /** Name of the image, to which the installation puts prefix and tag. */
  image: string;
  /** AWS_EXECUTION_ENV; provided runtimes have none. */
  executionEnvironment: string | undefined;
  /** Whether functions need a handler. */
  needsHandler: boolean;
  /** Whether its process can be started before its function is known. */
  waits: boolean;
  /** What its image differs in from its family's others: arguments of their Dockerfile. None: this release has no image. */
  build: Readonly<Record<string, string>> | undefined;
}

/**
 * Variables that a process reads when it starts and never again, by family: a process that was started ahead with another
 * value cannot become that function's, and is started anew. A name that ends in `*` stands for all that begin so.
 */
const everyFamily = [
  "AWS_LAMBDA_EXEC_WRAPPER",
  // The dynamic loader, the C library, TLS: read once, before main.
  ...["LD_*", "GLIBC_*", "MALLOC_*", "OPENSSL_*", "SSL_CERT_*"],
  ...["LANG", "LANGUAGE", "LC_*", "TMPDIR"],
];

export const startVariables: Record<RuntimeFamily, readonly string[]> = {
  // V8 sizes its heap once, from the function's memory.
  nodejs: [...everyFamily, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "NODE_*", "UV_*"],
  python: [...everyFamily, "HOME", "PYTHON*"],
  java: [...everyFamily, "TZ", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"],
  ruby: [...everyFamily, "TZ", "RUBYOPT", "RUBYLIB", "GEM_PATH", "GEM_HOME"],
  dotnet: [...everyFamily, "TZ", "DOTNET_*", "COMPlus_*", "CORECLR_*"],
  provided: [...everyFamily, "TZ"],
};

/** Names that look as if they were: Node itself never reads it, and every other function sets it. */
const readAnyTime = ["NODE_ENV"];

/** Families whose bootstrap can be started ahead and waits for its function. */
const waitingFamilies: readonly RuntimeFamily[] = ["nodejs", "python"];

function runtime(name: string, family: RuntimeFamily, build?: Runtime["build"]): Runtime {
  return {
    name,
    family,
    image: `runtime-${name}`,
    executionEnvironment: family === "provided" ? undefined : `AWS_Lambda_${name}`,
    needsHandler: family !== "provided",
    waits: waitingFamilies.includes(family),
    build,
  };
}

const bookworm = "debian:bookworm-slim";
const trixie = "debian:trixie-slim";

export const runtimes: readonly Runtime[] = [
  runtime("nodejs20.x", "nodejs", { NODE: "node20" }),
  runtime("nodejs22.x", "nodejs", { NODE: "node22" }),
  runtime("nodejs24.x", "nodejs", { NODE: "node" }),
  runtime("python3.11", "python", { BASE: bookworm, PYTHON: "3.11" }),
  runtime("python3.12", "python"),
  runtime("python3.13", "python", { BASE: trixie, PYTHON: "3.13" }),
  runtime("python3.14", "python"),
  runtime("java17", "java", { BASE: bookworm, JAVA: "17" }),
  runtime("java21", "java", { BASE: trixie, JAVA: "21" }),
  runtime("java25", "java", { BASE: trixie, JAVA: "25" }),
  runtime("ruby3.3", "ruby", { BASE: trixie, RUBY: "3.3" }),
  runtime("ruby3.4", "ruby"),
  runtime("dotnet8", "dotnet"),
  runtime("dotnet10", "dotnet"),
  runtime("provided.al2", "provided", {}),
  runtime("provided.al2023", "provided", {}),
];

/** Those whose environments can be started in this release. */
export const availableRuntimes: readonly Runtime[] = runtimes.filter(({ build }) => build !== undefined);

export type RuntimeFound = { kind: "found"; runtime: Runtime } | { kind: "refused"; message: string };

/** The runtime of that name, or the sentence that tells what can be used instead. */
export function findRuntime(name: string): RuntimeFound {
  const found = runtimes.find((one) => one.name === name);
  const usable = availableRuntimes.map((one) => one.name);
  if (found === undefined) {
    return { kind: "refused", message: `The runtime ${name} is unknown. Use one of ${usable.join(", ")}.` };
  }
  if (found.build === undefined) {
    return {
      kind: "refused",
      message: `The runtime ${name} is known but this release has no image for it. Use one of ${usable.join(", ")}.`,
    };
  }
  return { kind: "found", runtime: found };
}

/** Those of the variables that a started process of the family cannot take any more. */
export function startOnlyVariables(family: RuntimeFamily, names: readonly string[]): string[] {
  const isStartOnly = (name: string) =>
    startVariables[family].some((one) =>
      one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one,
    );
  return names.filter((name) => isStartOnly(name) && !readAnyTime.includes(name));
}
