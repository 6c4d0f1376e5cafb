import { describe, expect, it } from "vitest";
import { z } from "zod";
import { longList } from "../../../src/http/schemas/longList.js";
import { evaluateRequest } from "../../../src/http/schemas/requests.js";
import { ISSUE_LIMIT } from "../../../src/model/issue.js";
import { issuesOf } from "../../../src/model/zodIssues.js";

const entry = z.looseObject({ order: z.string() });

/** Paths of what is wrong. */
function wrong(schema: z.ZodType, value: unknown): (string | undefined)[] {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : issuesOf(error, value, () => ({})).map(({ path }) => path);
}

describe("longList", () => {
  it("takes what the schema of its entries takes", () => {
    const list = [{ order: "a" }, { order: "b", more: 1 }];
    expect(longList(entry).parse(list)).toEqual(list);
    expect(longList(entry).parse([])).toEqual([]);
    expect(longList(entry, 2).parse(list)).toEqual(list);
    expect(wrong(longList(entry, 1), list)).toEqual([""]);
    expect(wrong(longList(entry), [{ order: "a" }, { order: 1 }, 2])).toEqual(["[1].order", "[2]"]);
    expect(wrong(longList(entry), {})).toEqual([""]);
  });

  it("is described as what it takes", () => {
    const described = z.toJSONSchema(longList(entry, 5), { io: "input" });
    expect(described).toMatchObject({
      type: "array",
      maxItems: 5,
      items: { type: "object", properties: { order: { type: "string" } }, required: ["order"] },
    });
  });

  it("looks for no more problems than are told of", () => {
    const list = Array<number>(2_000_000).fill(1);
    const start = performance.now();
    expect(wrong(longList(entry), list)).toHaveLength(ISSUE_LIMIT);
    const found = wrong(evaluateRequest, { assignments: list });
    expect([found.length, found[99]]).toEqual([ISSUE_LIMIT, "assignments[99]"]);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
