// `helm test`: creates a Function, waits until it is Active, invokes it through the Lambda API, checks the answer, deletes it.
const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const server = `https://${process.env.KUBERNETES_SERVICE_HOST}:${process.env.KUBERNETES_SERVICE_PORT}`;
const { NAMESPACE: namespace, API: api, RUNTIME: runtime } = process.env;
const until = Date.now() + Number(process.env.PATIENCE_SECONDS) * 1000;
const token = (await Bun.file(`${account}/token`).text()).trim();
const name = `kambda-helm-test-${crypto.randomUUID().slice(0, 8)}`;
const functions = `/apis/kambda.dev/v1alpha1/namespaces/${namespace}/functions`;

async function ask(path, init = {}) {
  const response = await fetch(`${server}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok)
    throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Nothing while no connection comes about: a NetworkPolicy knows a pod this young only after a while. */
async function invoke(arn) {
  try {
    return await fetch(`${api}/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`, {
      method: "POST",
      body: '{"say":"helm"}',
      signal: AbortSignal.timeout(90_000),
    });
  } catch (error) {
    if (Date.now() > until) throw error;
    console.log(`${api} cannot be reached yet: ${error.message}`);
    return undefined;
  }
}

await ask(functions, {
  method: "POST",
  body: JSON.stringify({
    apiVersion: "kambda.dev/v1alpha1",
    kind: "Function",
    metadata: { name },
    spec: {
      description: "helm test",
      runtime,
      handler: "index.handler",
      code: { inline: { "index.mjs": "export const handler = async (event) => ({ echo: event.say });\n" } },
    },
  }),
});
try {
  console.log(`function ${namespace}/${name} is made`);
  let status = {};
  while (status.state !== "Active") {
    status = (await ask(`${functions}/${name}`)).status ?? {};
    if (status.state === "Failed")
      throw new Error(`the function failed: ${status.stateReasonCode}: ${status.stateReason}`);
    if (Date.now() > until)
      throw new Error(
        `the function is not Active in time: ${JSON.stringify(status)}; look at the operator's log`,
      );
    if (status.state !== "Active") await Bun.sleep(200);
  }
  console.log("it is Active");
  // By its ARN, for a name alone is looked up in one namespace only. The gateway learns of it on its own watch, a moment later at most.
  for (;;) {
    const response = await invoke(status.functionArn);
    if (response === undefined) {
      await Bun.sleep(200);
      continue;
    }
    const body = await response.text();
    if ([404, 409].includes(response.status) && Date.now() < until) {
      await Bun.sleep(200);
      continue;
    }
    if (
      response.status !== 200 ||
      response.headers.get("x-amz-function-error") !== null ||
      JSON.parse(body).echo !== "helm"
    ) {
      throw new Error(
        `the function should have answered {"echo":"helm"}; it answered ${response.status} ${body}`,
      );
    }
    console.log(`it answered ${body}`);
    break;
  }
} finally {
  await ask(`${functions}/${name}`, { method: "DELETE" });
}
console.log("and it is deleted");
