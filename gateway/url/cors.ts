/** CORS of a function URL: answers preflights for the function, and marks its answers. Pure. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { HttpAnswer } from "../listener/http.ts";

export type Cors = NonNullable<NonNullable<FunctionObject["spec"]["url"]>["cors"]>;

export interface CorsQuestion {
  method: string;
  origin: string | undefined;
  requestMethod: string | undefined;
  requestHeaders: string | undefined;
}

/** The answer to a preflight, or undefined when the request is for the function. */
export function answerPreflight(cors: Cors, question: CorsQuestion): HttpAnswer | undefined {
  const { method, origin, requestMethod, requestHeaders } = question;
  if (method !== "OPTIONS" || origin === undefined || requestMethod === undefined) return undefined;
  const headers = allowOrigin(cors, origin);
  const allowed = headers.length > 0 && allowsMethod(cors, requestMethod);
  if (!allowed) return { status: 200, headers: [["vary", "Origin"]], body: "" };
  headers.push(["access-control-allow-methods", (cors.allowMethods ?? ["*"]).join(",")]);
  const names = allowedHeaders(cors, requestHeaders);
  if (names !== "") headers.push(["access-control-allow-headers", names]);
  if (cors.maxAge !== undefined) headers.push(["access-control-max-age", String(cors.maxAge)]);
  return { status: 200, headers, body: "" };
}

/** The URL's configuration speaks, not the function: its own CORS headers are replaced. */
export function withCors(cors: Cors, origin: string | undefined, answer: HttpAnswer): HttpAnswer {
  const kept = answer.headers.filter(([name]) => !name.startsWith("access-control-"));
  if (origin === undefined) return { ...answer, headers: kept };
  const headers = allowOrigin(cors, origin);
  if (headers.length > 0 && cors.exposeHeaders !== undefined)
    headers.push(["access-control-expose-headers", cors.exposeHeaders.join(",")]);
  return { ...answer, headers: [...kept, ...headers] };
}

function allowOrigin(cors: Cors, origin: string): [string, string][] {
  const allowed = cors.allowOrigins ?? ["*"];
  const any = allowed.includes("*");
  if (!any && !allowed.includes(origin)) return [];
  const headers: [string, string][] = [
    ["access-control-allow-origin", any && !cors.allowCredentials ? "*" : origin],
    ["vary", "Origin"],
  ];
  if (cors.allowCredentials) headers.push(["access-control-allow-credentials", "true"]);
  return headers;
}

function allowsMethod(cors: Cors, method: string): boolean {
  const allowed: readonly string[] = cors.allowMethods ?? ["*"];
  return allowed.includes("*") || allowed.includes(method.toUpperCase());
}

/** `*` means every header the page asks for: browsers take no wildcard with credentials. */
function allowedHeaders(cors: Cors, asked: string | undefined): string {
  const allowed = cors.allowHeaders ?? [];
  return allowed.includes("*") ? (asked ?? "*") : allowed.join(",");
}
