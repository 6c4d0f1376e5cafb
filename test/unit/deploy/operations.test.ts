import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  placeOptions,
  serverOptions,
  webhookOptions,
  workerOptions,
} from "../../../src/cli/serviceOptions.js";

const TEXT = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");

interface Row {
  readonly flag: string;
  readonly variable: string;
  readonly standard: string;
}

function tableRows(): Row[] {
  return [...TEXT.matchAll(/^\| `(--[a-z-]+)[^`]*` \| `(PACKWRIGHT_[A-Z_]+)` \| ([^|]*?) *\|/gm)].map(
    ([, flag, variable, standard]) => ({ flag: flag!, variable: variable!, standard: standard!.trim() }),
  );
}

describe("the table of settings", () => {
  it("has every option with its variable and default, and no other", () => {
    const options = [...serverOptions(), ...placeOptions(), ...workerOptions(), ...webhookOptions()];
    const expected = options.map(({ long, envVar, defaultValue, negate }) => ({
      flag: long!,
      variable: envVar!,
      standard: defaultValue === undefined || negate ? "" : `\`${defaultValue}\``,
    }));
    const byFlag = (a: Row, b: Row) => (a.flag < b.flag ? -1 : 1);
    expect(tableRows().sort(byFlag)).toEqual(expected.sort(byFlag));
  });
});
