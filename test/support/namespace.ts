/** A namespace of its own for each test file: made before its tests, removed after them, restricted pods enforced. */
import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { randomBytes } from "node:crypto";
import { apply, get, type KubeObject, kubectl, list, type Manifest } from "./kubectl.ts";
import type { FunctionManifest } from "./manifest.ts";
import { prepareInstallation } from "./release.ts";
import { createSdk, type Sdk } from "./sdk.ts";
import { until } from "./until.ts";
import { callUrl, type UrlAnswer, type UrlRequest } from "./url.ts";

export interface FunctionStatusView {
  state?: string;
  stateReason?: string;
  stateReasonCode?: string;
  lastUpdateStatus?: string;
  lastUpdateStatusReason?: string;
  lastUpdateStatusReasonCode?: string;
  observedGeneration?: number;
  revision?: string;
  url?: string;
  urlId?: string;
  codeSha256?: string;
  functionArn?: string;
  conditions?: { type: string; status: string; reason: string; message: string }[];
  lastInitError?: { errorType: string; errorMessage: string; logTail?: string };
}

export interface TestNamespace {
  readonly name: string;
  readonly sdk: Sdk;
  apply(...manifests: Manifest[]): Promise<string>;
  get(kind: string, name: string): Promise<KubeObject | undefined>;
  list(kind: string, selector?: string): Promise<KubeObject[]>;
  kubectl(...words: string[]): Promise<string>;
  status(functionName: string): Promise<FunctionStatusView>;
  /** Applies and waits until the newest generation of each is Active and its update Successful. */
  ready(...functions: FunctionManifest[]): Promise<void>;
  /** Calls the function's URL and rejects unless it has one. */
  url(functionName: string, request?: UrlRequest): Promise<UrlAnswer>;
  environmentsOf(functionName: string): Promise<KubeObject[]>;
}

const testMsMax = 120_000;
/** The first file of a run may have to change the installation's settings. */
const prepareMsMax = 300_000;
const readySeconds = 60;

/** Registers the hooks that make and remove the namespace; call it once at the top of a file. */
export function testNamespace(
  purpose: string,
  prepare?: (namespace: TestNamespace) => Promise<void>,
): TestNamespace {
  const name = `e2e-${purpose}-${randomBytes(3).toString("hex")}`;
  const namespace = describeNamespace(name);
  setDefaultTimeout(testMsMax);
  beforeAll(async () => {
    await prepareInstallation();
    await makeNamespace(name);
    await prepare?.(namespace);
  }, prepareMsMax);
  // Not waited for: what is left is Kubernetes' work, and a test of its own proves that nothing stays.
  afterAll(async () => {
    await kubectl(["delete", "namespace", name, "--wait=false", "--ignore-not-found"]);
  });
  return namespace;
}

export async function makeNamespace(name: string): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted", "kambda.dev/test": "e2e" };
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }]);
}

export function describeNamespace(name: string): TestNamespace {
  const status = async (functionName: string): Promise<FunctionStatusView> => {
    const object = await get("functions.kambda.dev", functionName, name);
    return (object?.status ?? {}) as FunctionStatusView;
  };
  const applyAll = (...manifests: Manifest[]) => apply(manifests, ["-n", name]);
  const sdk = createSdk(name);
  return {
    name,
    sdk,
    apply: applyAll,
    get: (kind, objectName) => get(kind, objectName, name),
    list: (kind, selector) => list(kind, name, selector),
    kubectl: (...words) => kubectl(["-n", name, ...words]),
    status,
    async ready(...functions) {
      await applyAll(...functions);
      for (const { metadata, spec } of functions) {
        await until(`${metadata.name} to be Active`, readySeconds, async () => {
          const object = await get("functions.kambda.dev", metadata.name, name);
          return isReady(object) || Promise.reject(new Error(JSON.stringify(object?.status)));
        });
        await until(`the gateway to know ${metadata.name}`, readySeconds, async () => {
          return await sdk.knows(spec.functionName ?? metadata.name);
        });
      }
    },
    async url(functionName, request = {}) {
      const { url } = await status(functionName);
      if (url === undefined) throw new Error(`${functionName} has no URL`);
      return await callUrl(url, request);
    },
    environmentsOf: (functionName) => list("pods", name, `kambda.dev/function=${functionName}`),
  };
}

function isReady(object: KubeObject | undefined): boolean {
  const status = (object?.status ?? {}) as FunctionStatusView;
  return (
    status.observedGeneration === (object?.metadata as { generation?: number } | undefined)?.generation &&
    status.state === "Active" &&
    status.lastUpdateStatus === "Successful"
  );
}
