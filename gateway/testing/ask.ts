/** What tests of a whole gateway ask of it, and of the cluster it believes in. */
import { KubeError, type KubeObject } from "../../kernel/kube/port.ts";
import { type TestGateway, testNamespace } from "./gateway.ts";

export function refusal(code: number, reason: string, message: string): KubeError {
  return new KubeError("POST pods", { code, reason, message });
}

export function stuckEnvironment(it: TestGateway, name: string) {
  return it.environment(name, { handler: () => new Promise(() => undefined) });
}

export function podOf(it: TestGateway, name: string): KubeObject | undefined {
  return it.kube.objects.get(`pods/${testNamespace}/${name}`);
}

export function pods(it: TestGateway): KubeObject[] {
  return [...it.kube.objects.values()].filter(({ kind }) => kind === "Pod");
}

export function revisionCondition(it: TestGateway, type: string) {
  const revision = it.kube.objects.get(`revisions/${testNamespace}/hello-0123456789abcdef`);
  const { conditions } = (revision?.status ?? {}) as {
    conditions?: { type: string; status: string; message: string }[];
  };
  return conditions?.find((one) => one.type === type);
}

export async function metrics(it: TestGateway): Promise<string> {
  return (await fetch(`http://127.0.0.1:${it.gateway.ports.metrics}/metrics`)).text();
}

/** The Lease is looked at in its own time, whoever calls. */
export function callsButLease(it: TestGateway): string[] {
  return it.kube.calls.filter((call) => !call.endsWith(" leases"));
}

export function invoke(
  it: TestGateway,
  body = "{}",
  headers: Record<string, string> = {},
  signal?: AbortSignal,
  name = "hello",
) {
  return fetch(`http://127.0.0.1:${it.gateway.ports.api}/2015-03-31/functions/${name}/invocations`, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${testNamespace}/x`, ...headers },
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Looks until it is so, for 10 s at most. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  for (let turn = 0; turn < 1000; turn++) {
    const seen = await look();
    if (seen !== undefined && seen !== false && seen !== null) return seen as NonNullable<Exclude<T, false>>;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("waited 10 s in vain");
}
