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
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const until = Date.now() + patienceMs;
for (const plural of plurals) {
  for (let told = false; ; told = true) {
    const left = (await ask(`/apis/kambda.dev/v1alpha1/${plural}`))?.items ?? [];
    if (left.length === 0) break;
    if (Date.now() > until) {
      const names = left.slice(0, 10).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      console.error(`still there after ${process.env.PATIENCE_SECONDS} s: ${plural} ${names.join(", ")}; is the operator running?`);
      process.exit(1);
    }
    if (!told) console.log(`deleting ${left.length} ${plural}`);
    for (const { metadata } of left.filter((one) => one.metadata.deletionTimestamp === undefined)) {
      await ask(`/apis/kambda.dev/v1alpha1/namespaces/${metadata.namespace}/${plural}/${metadata.name}`, { method: "DELETE" });
    }
    await Bun.sleep(500);
  }
}
console.log("no objects of kambda.dev are left");
