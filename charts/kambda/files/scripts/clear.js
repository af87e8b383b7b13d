// Deletes every object of our kinds and waits until the operator has let go of them. Run by Helm before an uninstall that
// takes the CRDs along: afterwards nobody would be left to remove the finalizers.
const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const server = `https://${process.env.KUBERNETES_SERVICE_HOST}:${process.env.KUBERNETES_SERVICE_PORT}`;
const patienceMs = Number(process.env.PATIENCE_SECONDS) * 1000;
const token = (await Bun.file(`${account}/token`).text()).trim();
// In this order: what others refer to goes last.
const plurals = ["eventsourcemappings", "aliases", "versions", "functions", "layerversions", "revisions"];

async function ask(path, init = {}) {
  const response = await fetch(`${server}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal: AbortSignal.timeout(30_000),
  });
  if (response.status === 404) return undefined;
  if (!response.ok)
    throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const until = Date.now() + patienceMs;

/** Deletes what a collection holds, and again what comes, until it is empty. */
async function clear(collection, selector = "") {
  for (let told = false; ; told = true) {
    const left = (await ask(`${collection}${selector}`))?.items ?? [];
    if (left.length === 0) return;
    const name = collection.split("/").at(-1);
    if (Date.now() > until) {
      const names = left.slice(0, 10).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      console.error(
        `still there after ${process.env.PATIENCE_SECONDS} s: ${name} ${names.join(", ")}; is the operator running?`,
      );
      process.exit(1);
    }
    if (!told) console.log(`deleting ${left.length} ${name}`);
    for (const { metadata } of left.filter((one) => one.metadata.deletionTimestamp === undefined)) {
      const path = collection.replace(/[^/]+$/, `namespaces/${metadata.namespace}/${name}/${metadata.name}`);
      await ask(path, { method: "DELETE" });
    }
    await Bun.sleep(500);
  }
}

for (const plural of plurals) await clear(`/apis/kambda.dev/v1alpha1/${plural}`);
// A pod that is busy finishes its invocation first.
await clear("/api/v1/pods", "?labelSelector=kambda.dev%2Fcomponent%3Denvironment");
for (const name of ["kambda-pool", "kambda-versions"]) {
  await clear("/api/v1/configmaps", `?fieldSelector=metadata.name%3D${name}`);
}
console.log("no object of kambda.dev and no environment is left");

// What the gateway made for itself.
const { NAMESPACE: namespace } = process.env;
await ask(`/api/v1/namespaces/${namespace}/secrets/kambda-link`, { method: "DELETE" });
await ask(`/api/v1/namespaces/${namespace}/configmaps/kambda-trust`, { method: "DELETE" });
