/** The AWS SDK for JavaScript, unmodified, against the installation: the access key id names the namespace. */
import {
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  type LambdaServiceException,
} from "@aws-sdk/client-lambda";
import { installation } from "./installation.ts";

export interface Invocation {
  statusCode: number;
  functionError: string | undefined;
  executedVersion: string | undefined;
  requestId: string | undefined;
  /** Decoded, when asked for. */
  log: string | undefined;
  text: string;
  json<T>(): T;
}

export interface Sdk {
  client: LambdaClient;
  invoke(functionName: string, event?: unknown, more?: Partial<InvokeCommandInput>): Promise<Invocation>;
  /** Whether the gateway has seen on its watch what the operator wrote. */
  knows(functionName: string): Promise<boolean>;
  /** The error an invocation ends with; rejects when it succeeds. */
  refused(
    functionName: string,
    event?: unknown,
    more?: Partial<InvokeCommandInput>,
  ): Promise<LambdaServiceException>;
}

export function createSdk(namespace: string): Sdk {
  const client = new LambdaClient({
    endpoint: installation.api,
    region: "us-east-1",
    credentials: { accessKeyId: namespace, secretAccessKey: "any" },
    // A retry would hide what the first answer was.
    maxAttempts: 1,
  });
  const invoke: Sdk["invoke"] = async (functionName, event, more = {}) => {
    const answer = await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        ...(event === undefined ? {} : { Payload: JSON.stringify(event) }),
        ...more,
      }),
    );
    const text = new TextDecoder().decode(answer.Payload ?? new Uint8Array());
    return {
      statusCode: answer.StatusCode ?? 0,
      functionError: answer.FunctionError,
      executedVersion: answer.ExecutedVersion,
      requestId: answer.$metadata.requestId,
      log: answer.LogResult === undefined ? undefined : Buffer.from(answer.LogResult, "base64").toString(),
      text,
      json: <T>() => JSON.parse(text) as T,
    };
  };
  const refused: Sdk["refused"] = async (functionName, event, more) => {
    const answer = await invoke(functionName, event, more).then(
      (invocation) => ({ invocation }),
      (error: LambdaServiceException) => ({ error }),
    );
    if ("error" in answer) return answer.error;
    throw new Error(`${functionName} was expected to refuse but answered ${answer.invocation.text}`);
  };
  const knows: Sdk["knows"] = (functionName) =>
    invoke(functionName, undefined, { InvocationType: "DryRun" }).then(
      ({ statusCode }) => statusCode === 204,
    );
  return { client, invoke, knows, refused };
}
