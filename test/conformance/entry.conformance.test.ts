/** What the runtime process is: its variables, its bootstrap, an image's command, an exec wrapper. */
import { expect } from "bun:test";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";

claim("the runtime sees exactly Lambda's variables, the function's and the inherited ones", async () => {
  await using environment = await startEnvironment({
    files: { "index.mjs": "export const handler = async () => process.env" },
    assignment: {
      variables: { STAGE: "dev", TZ: "Europe/Zurich", _HIDDEN: "1" },
      inherit: ["DB_PASSWORD", "ABSENT"],
    },
    supervisorVariables: { KAMBDA_FROM_DB_PASSWORD: "secret", KAMBDA_FROM_NOT_INHERITED: "1" },
  });
  const { taskRoot } = environment.supervisor;
  const seen = (await environment.invoke({ n: 1 }, { traceId: "Root=1" })).json as Record<string, string>;
  expect(seen).toEqual({
    STAGE: "dev",
    DB_PASSWORD: "secret",
    TZ: "Europe/Zurich",
    LANG: "en_US.UTF-8",
    PATH: expect.stringContaining("/bin:/usr/local/bin:/usr/bin/:/bin:"),
    LD_LIBRARY_PATH: expect.stringContaining(":/lib64:/usr/lib64:"),
    NODE_PATH: expect.stringContaining("/nodejs/node24/node_modules:"),
    PWD: taskRoot,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: expect.stringContaining("nodejs"),
    _HANDLER: "index.handler",
    _X_AMZN_TRACE_ID: "Root=1",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: "f",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/f",
    AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    _AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1",
    _AWS_XRAY_DAEMON_PORT: "2000",
  });
});

claim("a provided runtime without a bootstrap is an invalid entry point", async () => {
  await using environment = await startEnvironment({ language: "provided.al2023", files: { other: "" } });
  const { json, requestId } = await environment.invoke({});
  expect(json).toEqual({
    errorType: "Runtime.InvalidEntrypoint",
    errorMessage: expect.stringMatching(
      new RegExp(`^RequestId: ${requestId} Error: Couldn't find valid bootstrap`),
    ),
  });
});

claim("an image's own command is started where it says", async () => {
  await using environment = await startEnvironment({
    language: "provided.al2023",
    files: { "sub/x": "" },
    assignment: {
      entry: {
        kind: "image",
        command: ["/bin/sh", "-c", "pwd; echo $IMAGE_OWN; exit 9"],
        workingDirectory: "/usr",
      },
    },
    supervisorVariables: { IMAGE_OWN: "from the image" },
  });
  expect((await environment.invoke({})).json).toMatchObject({ errorType: "Runtime.ExitError" });
  expect(environment.supervisor.log()).toContain("/usr\nfrom the image\n");
});

for (const language of ["nodejs24.x", "python3.11"] as const) {
  const files = {
    "index.mjs": "export const handler = async () => process.env.WRAPPED",
    "index.py": "import os\ndef handler(event, context): return os.environ['WRAPPED']",
    wrap: { content: '#!/bin/sh\nWRAPPED=yes exec "$@"\n', mode: 0o755 },
  };
  claim(`${language}: an exec wrapper starts the runtime`, async () => {
    await using environment = await startEnvironment({
      language,
      files,
      assignment: { variables: { AWS_LAMBDA_EXEC_WRAPPER: "./wrap" } },
    });
    expect((await environment.invoke({})).json).toBe("yes");
  });

  claim(`${language}: an exec wrapper that is missing is exit status 127`, async () => {
    await using environment = await startEnvironment({
      language,
      files,
      assignment: { variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/none" } },
    });
    const { json, requestId } = await environment.invoke({});
    expect(json).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 127`,
    });
  });
}
