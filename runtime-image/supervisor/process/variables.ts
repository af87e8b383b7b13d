/** The environment of the runtime process, exactly as Lambda makes it (docs/lambda.md, variables). Pure. */
import { type Assignment, inheritedPrefix, silencedVariables } from "../../../crds/link/messages.ts";
import { folderOf } from "./entry.ts";
import type { Roots } from "./roots.ts";

/** X-Ray's own port, on the environment's loopback. */
const xrayDaemon = { host: "127.0.0.1", port: "2000" };

export interface VariablesInput {
  assignment: Assignment;
  roots: Roots;
  runtimeApi: string;
  logStream: string;
  /** The supervisor's own environment: the source of inherited names, and of an image's own variables. */
  own: Record<string, string | undefined>;
}

export function runtimeVariables(input: VariablesInput): Record<string, string> {
  return { ...defaults(input), ...users(input), ...reserved(input) };
}

/**
 * What a process is started with that waits for its function: as little as its runtime needs, and nothing that is anyone's.
 * `KAMBDA_WAIT` tells the bootstrap to wait; it goes with the others when the function's own variables come.
 */
export function waitingVariables(
  { runtime, memorySizeMb }: { runtime: string; memorySizeMb: number },
  roots: Roots,
  runtimeApi: string,
): Record<string, string> {
  return {
    ...ownDefaults(runtime, roots),
    PWD: roots.task,
    LAMBDA_TASK_ROOT: roots.task,
    LAMBDA_RUNTIME_DIR: roots.runtime,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySizeMb),
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    KAMBDA_WAIT: "1",
  };
}

/** What a function may override. */
function defaults({ assignment, roots, own }: VariablesInput): Record<string, string> {
  if (assignment.entry.kind === "image") {
    return { TZ: ":UTC", ...imageVariables(own), ...assignment.entry.variables };
  }
  return ownDefaults(assignment.runtime, roots);
}

function ownDefaults(name: string, roots: Roots): Record<string, string> {
  const { task, runtime, layers, lang } = roots;
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: `${lang}/bin:/usr/local/bin:/usr/bin/:/bin:${layers}/bin`,
    LD_LIBRARY_PATH: `${lang}/lib:/lib64:/usr/lib64:${runtime}:${runtime}/lib:${task}:${task}/lib:${layers}/lib`,
    ...languagePaths(name, roots),
  };
}

function languagePaths(name: string, { task, runtime, layers }: Roots): Record<string, string> {
  const node = /^nodejs(\d+)\.x$/.exec(name)?.[1];
  if (node === undefined) return {};
  const paths = [
    `${layers}/nodejs/node${node}/node_modules`,
    `${layers}/nodejs/node_modules`,
    `${runtime}/node_modules`,
    runtime,
    task,
  ];
  return { NODE_PATH: paths.join(":") };
}

/**
 * An image brings variables of its own. What is ours or the cluster's is not among them, nor what the pod silenced: of that the
 * assignment says what the image had.
 */
function imageVariables(own: Record<string, string | undefined>): Record<string, string> {
  const isSilenced = (name: string) => silencedVariables.some((one) => one === name);
  const isImages = (name: string) => !/^(KAMBDA_|KUBERNETES_|HOSTNAME$)/.test(name) && !isSilenced(name);
  return Object.fromEntries(
    Object.entries(own).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isImages(entry[0]),
    ),
  );
}

/** The function's own variables; names that begin with `_` are dropped, as Lambda does, and ours are never passed on. */
function users({ assignment, own }: VariablesInput): Record<string, string> {
  const inherited = assignment.inherit.flatMap((name) => {
    const value = own[inheritedPrefix + name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const all = [...Object.entries(assignment.variables), ...inherited];
  return Object.fromEntries(all.filter(([name]) => !name.startsWith("_") && !name.startsWith("KAMBDA_")));
}

function reserved({ assignment, roots, runtimeApi, logStream }: VariablesInput): Record<string, string> {
  const isProvided = assignment.runtime.startsWith("provided") || assignment.entry.kind === "image";
  return {
    _HANDLER: assignment.handler,
    PWD: folderOf(assignment, roots),
    LAMBDA_TASK_ROOT: roots.task,
    LAMBDA_RUNTIME_DIR: roots.runtime,
    AWS_REGION: assignment.region,
    AWS_DEFAULT_REGION: assignment.region,
    AWS_LAMBDA_FUNCTION_NAME: assignment.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: assignment.functionVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(assignment.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: assignment.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: assignment.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    // Lambda's names for its X-Ray daemon. Here whoever wants one brings it as an extension; else nobody listens.
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: `${xrayDaemon.host}:${xrayDaemon.port}`,
    _AWS_XRAY_DAEMON_ADDRESS: xrayDaemon.host,
    _AWS_XRAY_DAEMON_PORT: xrayDaemon.port,
    ...(isProvided ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${assignment.runtime}` }),
    ...(assignment.logFormat === "JSON"
      ? { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: assignment.applicationLogLevel }
      : {}),
  };
}
