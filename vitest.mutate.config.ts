import { defineConfig } from "vitest/config";

/** What mutation testing runs: the tests of the model and the checker, which are fast and meant to catch every slip. */
export default defineConfig({
  test: { include: ["test/unit/model/**/*.test.ts", "test/unit/check/**/*.test.ts"], testTimeout: 20_000 },
});
