/**
 * What Lambda fills from the execution role. Nobody gives out credentials of AWS here: a function may bring its own, from a Secret and
 * from nowhere else, so that no key stands in a manifest.
 */
export const credentialVariables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
] as const;

/**
 * Variables Lambda sets itself and refuses in a configuration. Not among them: PATH, LD_LIBRARY_PATH, NODE_PATH, PYTHONPATH,
 * GEM_PATH, TZ and LANG, which a function may override (Lambda's "unreserved" ones).
 */
export const reservedVariables = [
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_LAMBDA_MAX_CONCURRENCY",
  "AWS_LAMBDA_METADATA_API",
  "AWS_LAMBDA_METADATA_TOKEN",
  "AWS_ACCESS_KEY",
  ...credentialVariables,
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
] as const;
