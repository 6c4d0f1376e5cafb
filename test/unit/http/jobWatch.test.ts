import { expect, it } from "vitest";
import { JobWatch } from "../../../src/http/jobWatch.js";
import { StatementTimeout, Unavailable } from "../../../src/store/database.js";
import type { JobStore } from "../../../src/store/jobStore.js";
import { eventually } from "../../support/receiver.js";

it("tells of a look that took too long, not of a database that is away", async () => {
  const told: Error[] = [];
  const errors = [new Unavailable("away"), new StatementTimeout("slow")];
  const jobs = {
    async getAll() {
      throw errors.shift() ?? new Unavailable("away");
    },
  } as Partial<JobStore> as JobStore;
  const watch = new JobWatch(jobs, (error) => told.push(error));
  watch.watch("a", { tell: () => {}, close: () => {} });
  await eventually(
    async () => told.length,
    (length) => length > 0,
  );
  watch.close();
  expect(told).toEqual([new StatementTimeout("slow")]);
});
