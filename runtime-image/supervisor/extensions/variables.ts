/** The environment of an extension: the function's, without what Lambda keeps for the runtime (docs/lambda.md, outcomes). Pure. */

const runtimesOnly = new Set([
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_XRAY_CONTEXT_MISSING",
  "AWS_XRAY_DAEMON_ADDRESS",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
  "PWD",
]);

export function extensionVariables(runtime: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(runtime).filter(([name]) => !name.startsWith("_") && !runtimesOnly.has(name)),
  );
}
