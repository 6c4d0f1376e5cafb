import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Leftovers } from "../../../src/cli/leftovers.js";

describe("leftovers", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "packwright-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const make = (name: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "plan.json"), "{}");
  };

  it("are the drafts that came since, and nothing else", () => {
    make(".plan-AAAAAA");
    const leftovers = new Leftovers(join(folder, "plan"));
    for (const name of [
      ".plan-bCd123",
      ".plan-0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f",
      ".plan-notes",
      ".plans-bCd123",
      "plan-bCd123",
    ])
      make(name);
    leftovers.remove();
    expect(readdirSync(folder).sort()).toEqual([
      ".plan-AAAAAA",
      ".plan-notes",
      ".plans-bCd123",
      "plan-bCd123",
    ]);
  });

  it("put back a plan that was about to be replaced", () => {
    const leftovers = new Leftovers(join(folder, "plan"));
    make(".plan-bCd123");
    make(".plan-bCd123.old");
    leftovers.remove();
    expect(readdirSync(folder)).toEqual(["plan"]);
  });

  it("go where the new plan is in its place already", () => {
    const leftovers = new Leftovers(join(folder, "plan"));
    make("plan");
    make(".plan-bCd123.old");
    leftovers.remove();
    expect(readdirSync(folder)).toEqual(["plan"]);
  });

  it("are the folders around the draft that there were not, where nobody else uses them", () => {
    const leftovers = new Leftovers(join(folder, "a", "b", "c", "plan"));
    mkdirSync(join(folder, "a", "b", "c", ".plan-bCd123"), { recursive: true });
    writeFileSync(join(folder, "a", "notes.txt"), "");
    leftovers.remove();
    expect(readdirSync(join(folder, "a"))).toEqual(["notes.txt"]);
  });

  it("are no folders that stood there before", () => {
    mkdirSync(join(folder, "a"));
    const leftovers = new Leftovers(join(folder, "a", "b", "plan"));
    mkdirSync(join(folder, "a", "b", ".plan-bCd123"), { recursive: true });
    leftovers.remove();
    expect(readdirSync(join(folder, "a"))).toEqual([]);
    new Leftovers(join(folder, "a", "plan")).remove();
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("are none where the folder was never begun", () => {
    const leftovers = new Leftovers(join(folder, "not", "there", "plan"));
    leftovers.remove();
    expect(existsSync(join(folder, "not"))).toBe(false);
  });
});
