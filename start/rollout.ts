/** Waits until a workload of the release is ready; when it does not come up, its pods' own words are the error. */
import { run } from "../program/run.ts";
import { releaseNamespace } from "./names.ts";

const rolloutSeconds = 120;
const logLines = 15;

export async function untilRolledOut(
  workload: string,
  env: Record<string, string>,
  detail: (text: string) => void,
): Promise<void> {
  const words = ["rollout", "status", workload, "-n", releaseNamespace, `--timeout=${rolloutSeconds}s`];
  try {
    await run("kubectl", words, { env, onLine: detail });
  } catch (cause) {
    const said = await run(
      "kubectl",
      ["logs", workload, "-n", releaseNamespace, "--all-containers", `--tail=${logLines}`],
      { env, allowed: [0, 1] },
    );
    const pods = await run("kubectl", ["get", "pods", "-n", releaseNamespace], { env, allowed: [0, 1] });
    throw new Error(
      `${workload} is not ready\n${pods.stdout}\n${said.stdout || said.stderr}\nMore: KUBECONFIG=${env.KUBECONFIG} kubectl describe pods -n ${releaseNamespace}`,
      { cause },
    );
  }
}
