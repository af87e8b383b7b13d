/** Builders of manifests: a test names only what it is about. */
import type { FunctionSpecInput } from "../../crds/function/schema.ts";
import type { Manifest } from "./kubectl.ts";

export type { FunctionSpecInput };

export interface FunctionManifest extends Manifest {
  kind: "Function";
  spec: FunctionSpecInput;
}

/** What most tests need: says hello and shows the event. */
export const echo = {
  "index.mjs": "export const handler = async (event) => ({ echo: event });\n",
};

const defaults: FunctionSpecInput = {
  runtime: "nodejs24.x",
  handler: "index.handler",
  timeout: 10,
  code: { inline: echo },
};

/** A Node.js function that echoes its event, changed by `spec`. */
export function aFunction(name: string, spec: Partial<FunctionSpecInput> = {}): FunctionManifest {
  return {
    apiVersion: "kambda.dev/v1alpha1",
    kind: "Function",
    metadata: { name },
    spec: { ...defaults, ...spec },
  };
}

/** `body` is the inside of `async (event, context) => { … }`. */
export function aHandler(
  name: string,
  body: string,
  spec: Partial<FunctionSpecInput> = {},
): FunctionManifest {
  const source = `export const handler = async (event, context) => {\n${body}\n};\n`;
  return aFunction(name, { code: { inline: { "index.mjs": source } }, ...spec });
}

export function aPythonHandler(
  name: string,
  source: string,
  spec: Partial<FunctionSpecInput> = {},
): FunctionManifest {
  return aFunction(name, {
    runtime: "python3.13",
    handler: "app.handler",
    code: { inline: { "app.py": source } },
    ...spec,
  });
}

export const publicUrl = { authType: "NONE" } as const;

export function aConfigMap(name: string, data: Record<string, string>): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data } as Manifest;
}

export function aSecret(name: string, stringData: Record<string, string>): Manifest {
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData } as Manifest;
}
