import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Several files wait most of their time (a link that falls silent, a head that never ends) while others compute. */
const workersPerCore = 2;

/** Unit and simulation tests: pure parts, no cluster. `*.e2e.test.ts` and `*.integration.test.ts` run under Bun instead. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      ".kambda/**",
      "**/*.e2e.test.ts",
      "**/*.integration.test.ts",
      "**/*.conformance.test.ts",
      "**/*.prove.test.ts",
    ],
    maxWorkers: workersPerCore * availableParallelism(),
    // A thread a file instead of a process a file: with hundreds of small files, starting them is half the time.
    pool: "threads",
    // What waits has bounds of its own; this one is for a test that hangs, and far from what a busy machine takes.
    testTimeout: 120_000,
  },
});
