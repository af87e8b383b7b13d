/** The handler's second argument. */

/** @param {Map<string, string>} headers of the invocation */
export function createContext(headers, environment = process.env) {
  const deadlineMs = Number(headers.get("lambda-runtime-deadline-ms"));
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: readJson(headers, "lambda-runtime-client-context"),
    identity: readJson(headers, "lambda-runtime-cognito-identity"),
    invokedFunctionArn: headers.get("lambda-runtime-invoked-function-arn"),
    awsRequestId: headers.get("lambda-runtime-aws-request-id"),
    tenantId: headers.get("lambda-runtime-aws-tenant-id"),
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function readJson(headers, name) {
  const text = headers.get(name);
  return text === undefined || text === "" ? undefined : JSON.parse(text);
}
