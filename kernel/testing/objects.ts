/** Builders of Revisions and the like for tests: valid, and what the test is about stands out. */
import { type AliasObject, parseAlias } from "../../crds/alias/schema.ts";
import { apiVersion } from "../../crds/fields/metadata.ts";
import { type FunctionObject, parseFunction } from "../../crds/function/schema.ts";
import { labels } from "../../crds/labels.ts";
import { type LayerVersionObject, parseLayerVersion } from "../../crds/layerversion/schema.ts";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";
import { parseVersion, type VersionObject } from "../../crds/version/schema.ts";
import type { KubeObject } from "../kube/port.ts";

/** A zip function's Revision; `spec` overrides. */
export function aRevision(
  spec: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
): RevisionObject {
  return parseRevision({
    apiVersion,
    kind: "Revision",
    metadata: { name: "hello-0123456789abcdef", namespace: "team", uid: "uid-1", ...metadata },
    spec: {
      functionName: "hello",
      functionVersion: "$LATEST",
      packageType: "Zip",
      code: {
        archiveSha256: "a".repeat(64),
        archiveBytes: 100,
        codeSha256: `${"A".repeat(43)}=`,
        codeSize: 100,
      },
      runtime: "nodejs24.x",
      handler: "index.handler",
      memorySize: 128,
      timeout: 3,
      ephemeralStorage: { size: 512 },
      architectures: ["x86_64"],
      logging: {},
      tracing: {},
      snapStart: {},
      ...spec,
    },
  });
}

/** The same for a container image. */
export function anImageRevision(spec: Record<string, unknown> = {}): RevisionObject {
  return aRevision({
    packageType: "Image",
    code: undefined,
    runtime: undefined,
    handler: undefined,
    image: { uri: "registry.example/app:1", entryPoint: ["/app"] },
    ...spec,
  });
}

/** A Function with inline code; `spec` overrides. */
export function aFunction(
  spec: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
  status: Record<string, unknown> = {},
): FunctionObject {
  return parseFunction({
    apiVersion,
    kind: "Function",
    metadata: { name: "hello", namespace: "team", uid: "function-1", generation: 1, ...metadata },
    spec: {
      runtime: "nodejs24.x",
      handler: "index.handler",
      code: { inline: { "index.mjs": "export const handler = async () => 1" } },
      ...spec,
    },
    status,
  });
}

/** A Version of `hello`; `spec` overrides. */
export function aVersion(
  spec: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
  status: Record<string, unknown> = {},
): VersionObject {
  return parseVersion({
    apiVersion,
    kind: "Version",
    metadata: { name: "hello.1", namespace: "team", uid: "version-1", generation: 1, ...metadata },
    spec: { functionName: "hello", ...spec },
    status,
  });
}

/** Alias `live` of `hello`; `spec` overrides. */
export function anAlias(
  spec: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
  status: Record<string, unknown> = {},
): AliasObject {
  return parseAlias({
    apiVersion,
    kind: "Alias",
    metadata: { name: "hello.live", namespace: "team", uid: "alias-1", generation: 1, ...metadata },
    spec: { functionName: "hello", name: "live", functionVersion: "1", ...spec },
    status,
  });
}

/** Version 1 of layer `lib`, not yet reconciled; `spec` overrides. */
export function aLayerVersion(
  spec: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
  status: Record<string, unknown> = {},
): LayerVersionObject {
  return parseLayerVersion({
    apiVersion,
    kind: "LayerVersion",
    metadata: { name: "lib.1", namespace: "team", uid: "layer-1", generation: 1, ...metadata },
    spec: { layerName: "lib", content: { inline: { "etc/a": "a" } }, ...spec },
    status,
  });
}

interface PodParts {
  name: string;
  phase: string;
  claim?: string;
  revision?: string;
  finishedAt?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
}

/** A pod as the API server shows it. */
export function aPod({
  name,
  phase,
  claim = "claimed",
  revision,
  finishedAt,
  creationTimestamp = "2026-01-01T00:00:00Z",
  deletionTimestamp,
}: PodParts): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "team",
      uid: name,
      creationTimestamp,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      labels: { [labels.claim]: claim, ...(revision === undefined ? {} : { [labels.revision]: revision }) },
    },
    status: {
      phase,
      ...(finishedAt === undefined
        ? {}
        : { containerStatuses: [{ name: "runtime", state: { terminated: { finishedAt, exitCode: 1 } } }] }),
    },
  };
}
