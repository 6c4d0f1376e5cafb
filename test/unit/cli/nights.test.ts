import { expect, it } from "vitest";
import { printNights } from "../../../src/cli/nights.js";

it("nightly --list tells which database does not answer, without its password", async () => {
  const flags = { databaseUrl: "postgres://me:secret@127.0.0.1:1/there", limit: 5 };
  await expect(printNights([], flags as Parameters<typeof printNights>[1])).rejects.toMatchObject({
    issues: [
      expect.objectContaining({
        code: "DATABASE_UNAVAILABLE",
        message: expect.stringMatching(/does not answer at 127\.0\.0\.1:1\/there: /),
      }),
    ],
  });
});
