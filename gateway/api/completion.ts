/** What a stream that was asked for comes to when the function failed before its first byte: there is nothing but the error. Pure. */
import { invokeComplete, payloadChunk } from "./event-stream.ts";

export interface WholeResponse {
  body: Uint8Array;
  functionError: "Handled" | "Unhandled" | undefined;
  /** base64 */
  logTail: string | undefined;
}

export function completionOf({ body, functionError, logTail }: WholeResponse): Uint8Array {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8");
  const completion = invokeComplete({
    ...(functionError === undefined ? {} : { ErrorCode: functionError, ErrorDetails: text }),
    ...(logTail === undefined ? {} : { LogResult: logTail }),
  });
  return functionError === undefined ? Buffer.concat([payloadChunk(body), completion]) : completion;
}
