/**
 * Function URLs called as a browser would: the host names the function. The name needs no resolver here, the connection goes
 * to the public listener and the name travels as Host.
 */
import { installation } from "./installation.ts";

export interface UrlRequest {
  method?: string;
  /** With its query, starting with a slash. */
  path?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  signal?: AbortSignal;
}

export interface UrlAnswer {
  status: number;
  headers: Headers;
  text: string;
  bytes: Uint8Array;
  json<T>(): T;
}

export async function callUrl(functionUrl: string, request: UrlRequest = {}): Promise<UrlAnswer> {
  const { host } = new URL(functionUrl);
  return await call(`${installation.url}${request.path ?? "/"}`, {
    ...request,
    headers: { ...request.headers, host },
  });
}

/** Any address of the public listener. */
export async function call(address: string, request: UrlRequest = {}): Promise<UrlAnswer> {
  const response = await fetch(address, {
    method: request.method ?? (request.body === undefined ? "GET" : "POST"),
    redirect: "manual",
    ...(request.headers === undefined ? {} : { headers: request.headers }),
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  return {
    status: response.status,
    headers: response.headers,
    text,
    bytes,
    json: <T>() => JSON.parse(text) as T,
  };
}
