/** Builders of Revisions and the like for tests: valid, and what the test is about stands out. */
import { apiVersion } from "../../crds/fields/metadata.ts";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";

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
