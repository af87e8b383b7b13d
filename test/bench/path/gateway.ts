/** The gateway of the path bench, a process of its own: whole, with a Kubernetes in memory. Prints where it is and the pods' tokens. */
import { urlId } from "../../../crds/names.ts";
import { listenWithBun } from "../../../gateway/listener/bun.ts";
import { startTestGateway, testNamespace } from "../../../gateway/testing/gateway.ts";
import { archive } from "../../conformance/harness/archive.ts";
import { handlerSource } from "../world.ts";

const environments = Number(process.argv[2]);
const settings = { urls: { pathForm: true }, pools: { enabled: true } };
await using gateway = await startTestGateway(settings, listenWithBun);
const { bytes, sha256 } = await archive({ "index.mjs": handlerSource });
await gateway.deploy({}, "hello", { archive: bytes, sha256 });
const pods = Array.from({ length: environments }, (_, index) => gateway.poolPod(`pool-${index}`));
const tokens = await Promise.all(pods.map((pod) => gateway.kube.token(pod)));
const path = `/${urlId({ seed: "kambda", namespace: testNamespace, functionName: "hello" })}/`;
process.stdout.write(`${JSON.stringify({ ports: gateway.gateway.ports, ca: gateway.ca, tokens, path })}\n`);
await new Promise((resolve) => process.once("SIGTERM", resolve));
