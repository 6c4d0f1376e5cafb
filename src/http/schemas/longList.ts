import { z } from "zod";
import { ISSUE_LIMIT } from "../../model/issue.js";

/**
 * A list that a caller may make of any length. Its entries are judged one by one, and no more of them once so many problems are
 * found as are told of: zod itself would gather those of millions of entries, and nobody else would be answered meanwhile.
 *
 * @param entry schema that changes nothing of what it judges
 * @param most entries; default any number
 */
export function longList<Entry extends z.ZodType>(entry: Entry, most?: number) {
  const list = z.array(z.unknown());
  const { $schema: _, ...items } = z.toJSONSchema(entry, { io: "input" });
  const judged = (most === undefined ? list : list.max(most))
    .check(({ value, issues }) => {
      for (let i = 0; i < value.length && issues.length < ISSUE_LIMIT; i++)
        for (const issue of entry.safeParse(value[i]).error?.issues ?? [])
          issues.push({ ...issue, input: value[i], path: [i, ...issue.path] } as (typeof issues)[number]);
    })
    .meta({ items });
  return judged as unknown as z.ZodType<z.output<Entry>[], z.input<Entry>[]>;
}
