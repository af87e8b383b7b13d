/** AWS's own runtime clients, each from its registry, and what the handler of its image in `test/images/` says. */

export interface RuntimeClient {
  name: string;
  /** Where it comes from. */
  registry: string;
  image: string;
  /** What its Dockerfile starts, again for a cluster whose images come from no registry that could be asked. */
  imageConfig: { entryPoint: string[]; command: string[]; workingDirectory: "/function" };
  /** What its handler says of who called it. */
  by: RegExp;
  /** What comes of `{ fail: true }`. */
  error: { errorType: string; errorMessage: string };
}

/** Those that are brought in an image of their users' own; aws-lambda-go is compiled into the functions of other tests. */
export const runtimeClients: readonly RuntimeClient[] = [
  {
    name: "awslambdaric",
    registry: "PyPI",
    image: "test-python-ric",
    imageConfig: {
      entryPoint: ["/usr/bin/python3", "-m", "awslambdaric"],
      command: ["app.handler"],
      workingDirectory: "/function",
    },
    by: /^awslambdaric$/,
    error: { errorType: "ValueError", errorMessage: "told to" },
  },
  {
    name: "aws-lambda-ric",
    registry: "npm",
    image: "test-node-ric",
    imageConfig: {
      entryPoint: ["/function/node_modules/.bin/aws-lambda-ric"],
      command: ["app.handler"],
      workingDirectory: "/function",
    },
    by: /\/function\/node_modules\/(\.bin\/aws-lambda-ric|aws-lambda-ric\/.*\.mjs)$/,
    error: { errorType: "RangeError", errorMessage: "told to" },
  },
  {
    name: "aws-lambda-java-runtime-interface-client",
    registry: "Maven",
    image: "test-java-ric",
    imageConfig: {
      entryPoint: [
        "/usr/bin/java",
        "-cp",
        "/function:/function/lib/*",
        "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
      ],
      command: ["App::handle"],
      workingDirectory: "/function",
    },
    by: /^com\.amazonaws\.services\.lambda\.runtime\.api\.client\.AWSLambda App::handle$/,
    error: { errorType: "java.lang.IllegalStateException", errorMessage: "told to" },
  },
  {
    name: "lambda_runtime",
    registry: "crates",
    image: "test-rust",
    imageConfig: {
      entryPoint: ["/function/bootstrap"],
      command: [],
      workingDirectory: "/function",
    },
    by: /^lambda_runtime$/,
    error: {
      errorType: "&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>",
      errorMessage: "told to",
    },
  },
];
