import { expect, it } from "vitest";
import { badOutcome } from "../../../src/jobs/outcome.js";
import { Fault, InputError } from "../../../src/model/issue.js";

it("tells callers of inputs by their names, and of no place of this machine", () => {
  const dir = "/var/lib/packwright/tmp/job-a1b2c3";
  const issue = {
    code: "UNKNOWN_BANK",
    file: `${dir}/orders.csv`,
    line: 2,
    value: "x",
    message: `is not in ${dir}/channels.yaml, nor in ${dir}/plan/plan.json`,
    hint: `Look into ${dir}/channels.yaml.`,
  };
  expect(badOutcome(new InputError([issue, { code: "A", message: "b" }], 7), dir)).toEqual({
    ok: false,
    issues: [
      {
        code: "UNKNOWN_BANK",
        file: "orders.csv",
        line: 2,
        value: "x",
        message: "is not in channels.yaml, nor in plan/plan.json",
        hint: "Look into channels.yaml.",
      },
      { code: "A", message: "b" },
    ],
    total: 7,
  });
  expect(badOutcome(new Fault("PLAN_BROKEN", "a fault"), dir)).toEqual({
    ok: false,
    fault: { code: "PLAN_BROKEN", message: "a fault" },
  });
  expect(badOutcome("thrown", dir)).toEqual({ ok: false, fault: { code: "UNEXPECTED", message: "thrown" } });
});
