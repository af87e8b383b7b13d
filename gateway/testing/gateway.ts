/** A whole gateway in this process on free ports, with a Kubernetes and a code store in memory. */

import type { z } from "zod";
import { apiVersion } from "../../crds/fields/metadata.ts";
import { claims, components, labels } from "../../crds/labels.ts";
import { poolConfigMap } from "../../crds/names.ts";
import { type ClockDep, createSystemClock } from "../../kernel/clock/clock.ts";
import { ownerReferenceTo } from "../../kernel/kube/owner.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { shapeOf } from "../../kernel/pod/shape.ts";
import { createSystemRandom } from "../../kernel/random/random.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createMemoryStore } from "../../kernel/store/memory.ts";
import { aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import type { GatewayOptions } from "../assembly/deps.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import { listenWithNode } from "../listener/node.ts";
import { dialGateway, type TestEnvironment, type TestEnvironmentOptions } from "./environment.ts";
import { createTestKube, type TestKube } from "./kube.ts";

export interface TestGateway extends AsyncDisposable {
  kube: TestKube;
  store: ReturnType<typeof createMemoryStore>;
  gateway: Gateway;
  log: ReturnType<typeof createTestLog>;
  ca: string;
  /** A Function and its Revision, with code in the store. */
  deploy(spec?: Record<string, unknown>, name?: string, code?: TestCode, more?: DeployMore): Promise<void>;
  /** From now on neither Kubernetes nor the code store answers the gateway. */
  cutOff(): void;
  /** A pool pod's record, as the operator makes it. */
  poolPod(name: string, metadata?: Partial<KubeObject["metadata"]>): KubeObject;
  /** A pool pod that has dialled home. */
  environment(name: string, options?: Partial<TestEnvironmentOptions>): Promise<TestEnvironment>;
}

export interface DeployMore {
  /** Name of the Revision. */
  revision?: string;
  /** Whether the archive is in the store. */
  stored?: boolean;
  /** Seconds an invocation may take. */
  timeout?: number;
  namespace?: string;
}

/** As the operator repacks it. */
export interface TestCode {
  archive: Uint8Array;
  sha256: string;
}

export const testNamespace = "team";

const poolOwner = ownerReferenceTo({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: poolConfigMap, uid: "uid-pool" },
});

const noCode: TestCode = { archive: Buffer.alloc(100), sha256: "a".repeat(64) };

/** One of several gateways of a cluster: each has an address of this machine for itself. */
export interface TestPlace {
  name: string;
  host: string;
  /** The same of all. */
  peerPort: number;
  /** Whose cluster and code store it shares. */
  beside?: TestGateway;
}

const alone: TestPlace = { name: "test", host: "127.0.0.1", peerPort: 0 };

export async function startTestGateway(
  settingsInput: z.input<typeof settingsSchema> = {},
  listen: GatewayOptions["listen"] = listenWithNode,
  { name: podName, host, peerPort, beside }: TestPlace = alone,
  { clock }: ClockDep = { clock: createSystemClock() },
): Promise<TestGateway> {
  const kube = beside?.kube ?? (await createTestKube());
  const log = createTestLog();
  const settings = settingsSchema.parse(settingsInput);
  const store = beside?.store ?? createMemoryStore({ clock });
  let isCut = false;
  const gateway = await createGateway(
    {
      kube: cuttable(kube, () => isCut),
      clock,
      random: createSystemRandom(),
      log,
      settings,
      store: cuttable(store, () => isCut),
    },
    {
      namespace: "kambda-system",
      podName,
      gatewayId: `${podName}/1`,
      host,
      ports: { public: 0, api: 0, metrics: 0, link: 0, peer: peerPort },
      listen,
    },
  );
  const trust = kube.objects.get("configmaps/kambda-system/kambda-trust");
  const ca = (trust?.data as Record<string, string> | undefined)?.["ca.crt"] ?? "";
  const { hash } = shapeOf(aRevision().spec, settings, testNamespace);

  const poolPod: TestGateway["poolPod"] = (name, metadata = {}) =>
    kube.put(resources.pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace: testNamespace,
        labels: {
          [labels.component]: components.environment,
          [labels.shape]: hash,
          [labels.claim]: claims.pool,
        },
        ownerReferences: [poolOwner],
        ...metadata,
      },
      status: { phase: "Running" },
    });
  return {
    kube,
    store,
    gateway,
    log,
    ca,
    poolPod,
    cutOff() {
      isCut = true;
    },
    async deploy(spec = {}, name = "hello", code = noCode, more = {}) {
      const { namespace = testNamespace } = more;
      const { archive, sha256: archiveSha256 } = code;
      if (more.stored !== false) await store.put(`${archiveSha256}.tar.zst`, archive);
      const stored = {
        archiveSha256,
        archiveBytes: archive.length,
        codeSha256: `${"A".repeat(43)}=`,
        codeSize: 1,
      };
      const revision = aRevision(
        {
          functionName: name,
          code: stored,
          ...(more.timeout === undefined ? {} : { timeout: more.timeout }),
        },
        { name: more.revision ?? `${name}-0123456789abcdef`, namespace },
      );
      kube.put(resources.revisions, revision as unknown as KubeObject);
      kube.put(resources.functions, {
        apiVersion,
        kind: "Function",
        metadata: { name, namespace },
        spec: {
          code: { inline: { "index.mjs": "" } },
          runtime: "nodejs24.x",
          handler: "index.handler",
          url: { authType: "NONE" },
          ...spec,
        },
        status: {
          state: "Active",
          revision: revision.metadata.name,
          ...(typeof spec.reservedConcurrency === "number"
            ? { reservedConcurrency: spec.reservedConcurrency }
            : {}),
        },
      });
    },
    async environment(name, options = {}) {
      const pod = poolPod(name);
      const token = await kube.token(pod);
      const environment = dialGateway({ port: gateway.ports.link, ca, token, ...options });
      await environment.welcomed;
      return environment;
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/** The same, each call of which fails once it is cut off. */
function cuttable<T extends object>(of: T, isCut: () => boolean): T {
  return new Proxy(of, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      return isCut() && typeof found === "function" ? () => Promise.reject(new Error("cut off")) : found;
    },
  });
}
