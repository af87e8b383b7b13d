/** One invocation as its callers (API, URL, later queue and pollers) ask for it, and what comes of it. */
import type { LambdaError } from "../../crds/errors.ts";
import type { Pieces } from "../aside/pieces.ts";
import type { Callable } from "../catalog/callable.ts";
import type { AliasDraw } from "../placer/state.ts";
import type { ResponseStream } from "./stream.ts";

export interface InvokeRequest {
  /** UUID v4: x-amzn-RequestId, context.awsRequestId and the log's id are one. */
  requestId: string;
  /** Of an alias, the version this gateway would draw, until the placer has. */
  callable: Callable;
  /** It is for an alias. */
  draw?: AliasDraw;
  /** As invoked, with its qualifier. */
  invokedFunctionArn: string;
  /** Empty once it has begun. */
  payload: Uint8Array;
  /** The payload is held no more. */
  release?(): void;
  contentType?: string;
  traceId?: string;
  /** JSON, already decoded from base64. */
  clientContext?: string;
  /** JSON of Cognito's two ids. */
  cognitoIdentity?: string;
  tenantId?: string;
  logTail: boolean;
  /** The caller takes the response as it comes; else it gets the whole. */
  response?: "streamed";
  /** Fires when the caller is gone: a request that still waits is dropped; one that runs runs on. */
  signal?: AbortSignal;
}

export type InvokeOutcome =
  /** The function ran; a function error is an answer too. */
  | {
      kind: "answered";
      /** As it came; a large one is joined aside. */
      body: Pieces;
      contentType: string | undefined;
      functionError: "Handled" | "Unhandled" | undefined;
      functionVersion: string;
      /** base64, when asked for. */
      logTail: string | undefined;
    }
  /** Only where it was asked for: the response began. */
  | {
      kind: "streaming";
      contentType: string | undefined;
      functionVersion: string;
      stream: ResponseStream;
    }
  | { kind: "refused"; error: LambdaError }
  /** The caller left before it ran. */
  | { kind: "abandoned" };
