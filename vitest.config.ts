import { defineConfig } from "vitest/config";

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
    testTimeout: 30_000,
  },
});
