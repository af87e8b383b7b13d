/** Results of a bench for tests of what is made of them. */
import type { Results } from "./results.ts";

/** On some machine, of nothing but what the test says. */
export const results = (over: Partial<Results>): Results => ({
  machine: { cpu: "one", cores: 2, memoryGb: 8, kernel: "6" },
  at: "now",
  tookSeconds: {},
  failed: {},
  ...over,
});
