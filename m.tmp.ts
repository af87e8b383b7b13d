import { createGatewayMetrics } from "./gateway/metrics/metrics.ts";
const kept = new Map();
const { registry, observer } = createGatewayMetrics({ shards: () => [], links: () => 0, kept: () => kept, revision: () => undefined } as never);
for (let i = 0; i < 10000; i++) {
  const c = { namespace: "a-namespace-of-a-team", functionName: `a-function-of-some-length-${i}`, functionVersion: "$LATEST", target: { key: `n/f${i}` } } as never;
  observer.initialized(c, { initMs: 30 } as never);
  observer.ended(c, { durationMs: 5, status: "success" } as never, { isProvisioned: false });
  observer.refused(c, { kind: "throttled", reason: "ReservedFunctionConcurrentInvocationLimitExceeded", retryMs: 1 } as never);
}
let last = performance.now(), worst = 0;
const tick = () => { const n = performance.now(); worst = Math.max(worst, n - last); last = n; h = setImmediate(tick); };
let h = setImmediate(tick);
for (let i = 0; i < 6; i++) { worst = 0; await new Promise(r => setTimeout(r, 50)); worst = 0; const t0 = performance.now();
const text = await registry.metrics(); await new Promise(r => setTimeout(r, 5));
console.log(text.length, Math.round(performance.now() - t0), "ms, loop held", Math.round(worst)); }
clearImmediate(h);
