import { describe, expect, test } from "vitest";
import { checkPlan } from "../../../src/check/index.js";
import { PACKAGE_COLUMNS, UNROUTED_REASONS } from "../../../src/model/planFile.js";
import { handPlan } from "./handPlan.js";

type HandPlan = ReturnType<typeof handPlan>;

/** Whether the plan breaks a rule once it is changed. */
function caught(change: (plan: HandPlan) => void): boolean {
  const plan = handPlan();
  change(plan);
  return checkPlan(plan).total > 0;
}

test("the plan made by hand holds", () => {
  const report = checkPlan(handPlan());
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ total: 0, objective: 9_543_500n, bound: 2_344_500n });
});

/** Texts that differ from the given one in one digit, and those with a digit more. */
function changedDigits(text: string): string[] {
  const changed = [...text].flatMap((letter, i) =>
    /\d/.test(letter) ? [text.slice(0, i) + ((Number(letter) + 1) % 10) + text.slice(i + 1)] : [],
  );
  return [...changed, `1${text}`, ""];
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  status: ["optimal"],
  proof: ["engine", "none"],
  mode: ["batch", "single"],
  reason: UNROUTED_REASONS,
};

/** Every other value that a leaf of plan.json may be changed to. */
function changedLeaves(key: string, value: unknown): unknown[] {
  if (value === null)
    return key === "queueHead" ? [{ per: "order", price: "0.00", amount: null }] : ["0.00", "1.00"];
  if (typeof value === "number")
    return [value + 1, value * (1 + 1e-6), value - 1].filter((to) => to !== value);
  if (typeof value !== "string") return [];
  const texts = /\d/.test(value) ? changedDigits(value) : (WORDS[key] ?? [`${value}x`]);
  return [...texts.filter((to) => to !== value), ...(key.endsWith("At") ? [null] : [])];
}

const FREE = /^(version|schemaVersion|engine|stoppedBy|seed|timings|inputs\.\w+\.file)\b/;

function leaves(value: unknown, path: readonly string[] = []): { path: readonly string[]; value: unknown }[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function setLeaf(root: object, path: readonly string[], value: unknown): void {
  let at = root as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1)!] = value;
}

describe("every figure of plan.json", () => {
  const fixed = leaves(handPlan().folder.plan).filter(({ path }) => !FREE.test(path.join(".")));
  test.each(fixed.map(({ path, value }) => [path.join("."), path, value] as const))(
    "%s",
    (_, path, value) => {
      const changes = changedLeaves(path.at(-1)!, value);
      expect(changes.length).toBeGreaterThan(0);
      for (const to of changes)
        expect([to, caught(({ folder }) => setLeaf(folder.plan, path, to))]).toEqual([to, true]);
    },
  );

  test("lists that lose, repeat or swap an entry", () => {
    for (const list of ["channels", "quotas", "baselines", "unrouted"] as const) {
      expect(caught(({ folder }) => folder.plan[list].pop())).toBe(true);
      expect(caught(({ folder }) => (folder.plan[list] as unknown[]).push(folder.plan[list][0]))).toBe(true);
      expect(caught(({ folder }) => setLeaf(folder.plan[list], ["1"], folder.plan[list][0]))).toBe(true);
    }
    expect(caught(({ folder }) => folder.plan.channels.reverse())).toBe(true);
  });

  test("money in another form than the usual", () => {
    expect(caught(({ folder }) => setLeaf(folder.plan, ["cost", "charges"], "2.370"))).toBe(true);
    expect(caught(({ folder }) => setLeaf(folder.plan, ["bound"], "2.3"))).toBe(true);
  });

  test("the same moment in another offset", () => {
    expect(caught(({ folder }) => setLeaf(folder.plan, ["finishAt"], "2026-11-22T14:03:30Z"))).toBe(true);
    expect(
      caught(({ folder }) => setLeaf(folder.plan, ["finishAt"], "2026-11-22T22:03:30.000001+08:00")),
    ).toBe(true);
    expect(caught(({ folder }) => setLeaf(folder.plan, ["finishAt"], "2026-11-22T22:03:30.000+08:00"))).toBe(
      false,
    );
  });
});

test("what nobody can check is left alone", () => {
  const changed = caught(({ folder: { plan } }) => {
    Object.assign(plan, { version: "9", seed: 9, stoppedBy: "time", timings: {} });
    plan.engine.why = "Another.";
    plan.inputs.channels.file = "elsewhere.yaml";
  });
  expect(changed).toBe(false);
});

describe("every figure of packages", () => {
  for (const column of PACKAGE_COLUMNS)
    test(column, () => {
      for (const row of [0, 1])
        for (const to of [...changedDigits(handPlan().folder.packages[row]![column]), "nowhere"])
          expect([to, caught(({ folder }) => setLeaf(folder.packages, [`${row}`, column], to))]).toEqual([
            to,
            true,
          ]);
    });

  test("a package more or less", () => {
    expect(caught(({ folder }) => folder.packages.pop())).toBe(true);
    expect(
      caught(({ folder }) => folder.packages.push({ ...folder.packages[0]!, package: "a-2", sequence: "2" })),
    ).toBe(true);
  });
});

describe("every figure of assignments", () => {
  test.each(["order", "channel", "package"] as const)("%s", (column) => {
    for (const row of [0, 1, 2, 3, 4])
      for (const to of [-1, 0, 1, 2, 3, 4, 5, 6]) {
        const { assignments } = handPlan().folder;
        const names = { order: 7, channel: 4, package: 4 }[column];
        if (to >= names || to === assignments[column][row] || (to < 0 && column !== "order")) continue;
        const changed = caught(({ folder }) => {
          folder.assignments[column][row] = to;
        });
        expect([column, row, to, changed]).toEqual([column, row, to, true]);
      }
  });

  test("charge", () => {
    for (const row of [0, 1, 2, 3, 4])
      for (const by of [1, -1, 10_000, Number.NaN]) {
        const changed = caught(({ folder }) => {
          folder.assignments.charge[row]! += by;
        });
        expect(changed).toBe(true);
      }
  });

  test("a row less", () => {
    expect(caught(({ folder }) => setLeaf(folder.assignments, ["count"], 4))).toBe(true);
  });
});

describe("every figure of unrouted", () => {
  test.each(["order", "reason", "detail"] as const)("%s", (column) => {
    for (const row of [0, 1])
      for (const to of [-1, 0, 1, 2, 3, 4, 5, 6]) {
        const { unrouted } = handPlan().folder;
        const names = { order: 7, reason: 4, detail: 2 }[column];
        if (to >= names || to === unrouted[column][row] || (to < 0 && column !== "order")) continue;
        const changed = caught(({ folder }) => {
          folder.unrouted[column][row] = to;
        });
        expect([column, row, to, changed]).toEqual([column, row, to, true]);
      }
  });

  test("a row less, a detail in other words", () => {
    expect(caught(({ folder }) => setLeaf(folder.unrouted, ["count"], 1))).toBe(true);
    expect(caught(({ folder }) => setLeaf(folder.unrouted.detailNames, ["0"], "No."))).toBe(true);
  });
});

describe("every figure of the certificate and the inputs", () => {
  test("certificate", () => {
    for (const { path, value } of leaves(handPlan().folder.certificate)) {
      if (typeof value !== "string" || path[0] === "proof") continue;
      for (const to of [...changedDigits(value), "nonsense"])
        expect(caught(({ folder }) => setLeaf(folder.certificate, path, to))).toBe(true);
    }
  });

  test("a name in the proof", () => {
    for (const { path, value } of leaves(handPlan().folder.certificate.proof)) {
      if (path.at(-1) !== "channel") continue;
      expect(value).toMatch(/^[abs]$/);
      expect(caught(({ folder }) => setLeaf(folder.certificate.proof, path, "nonsense"))).toBe(true);
    }
  });

  test("inputs at hand", () => {
    const { folder, ...rest } = handPlan();
    for (const input of ["channels", "orders"] as const)
      for (const sha256 of ["c0ffee02", null])
        expect(
          checkPlan({ ...rest, folder, inputs: { ...rest.inputs, [input]: { file: null, sha256 } } }).total,
        ).toBeGreaterThan(0);
  });
});
