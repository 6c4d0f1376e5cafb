import { describe, expect, it } from "vitest";
import { workplaceOf } from "../../../src/cli/serviceOptions.js";

const FLAGS = { keepHours: 2, grace: 20, logLevel: "info" };

describe("workplaceOf", () => {
  it("leaves the work to others only where there can be others", () => {
    const there = { data: "packwright-data", databaseUrl: "postgres://localhost/packwright" };
    expect(workplaceOf({ ...FLAGS, ...there, work: false })).toMatchObject({
      worker: null,
      keepSeconds: 7_200,
    });
    expect(workplaceOf({ ...FLAGS, data: "packwright-data", work: true })).toMatchObject({ worker: {} });
    expect(() => workplaceOf({ ...FLAGS, data: "packwright-data", work: false })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ code: "BAD_OPTION", path: "no-work" })] }),
    );
  });
});
