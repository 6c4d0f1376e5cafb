import { PassThrough } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type ProgressOptions, type ProgressView, showProgress } from "../../../src/cli/progress.js";

function written(
  options: Partial<ProgressOptions> & { isTerminal?: boolean; width?: number; quiet?: boolean },
) {
  const { isTerminal = false, width = 80, quiet = false, ...rest } = options;
  const stream = new PassThrough() as PassThrough & NodeJS.WriteStream;
  stream.isTTY = isTerminal;
  let text = "";
  stream.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  const view = showProgress(
    {
      stream,
      terminal: { isTerminal, color: false, width },
      timeLimitSeconds: 60,
      ...rest,
    },
    quiet,
  );
  return { view, text: () => text, lines: () => text.trimEnd().split("\n") };
}

const found = (incumbent: bigint) => ({
  phase: "solve" as const,
  elapsedMs: 0,
  incumbent,
  bound: 1_000_000n,
  gap: Number(incumbent - 1_000_000n) / Number(incumbent),
  currency: { code: "CNY", exponent: 2 },
});

describe("plain progress", () => {
  /** A clock that is set by hand. */
  async function lines(use: (view: ProgressView, at: (ms: number) => void) => void) {
    let now = 0;
    const progress = written({ now: () => now });
    const view = await progress.view;
    use(view, (ms) => {
      now = ms;
    });
    return progress.lines();
  }

  it("has a line for each phase and for what the solve finds", async () => {
    const told = await lines((view, at) => {
      view.update({ phase: "read", elapsedMs: 0 });
      at(500);
      view.update({ phase: "solve", elapsedMs: 0 });
      at(1600);
      view.update(found(2_000_000n));
      view.stop();
    });
    expect(told).toEqual([
      "packwright: 0.0 s reading",
      "packwright: 0.5 s solving",
      "packwright: 1.6 s solving, best CNY 2.00, bound 1.00, gap 50.00 %",
    ]);
  });

  it("leaves the bound out where a line would be too long with it", async () => {
    const told = await lines((view, at) => {
      view.update({ phase: "solve", elapsedMs: 0 });
      at(1600);
      view.update({ ...found(4_258_590_000n), bound: 3_682_957_724n, gap: 0.239 });
      at(5000);
      view.update({ ...found(44_258_599_406_123n), bound: 33_682_957_724_123n, gap: 0.239 });
      view.stop();
    });
    expect(told.slice(1)).toEqual([
      "packwright: 1.6 s solving, best CNY 4,258.59, bound 3,682.957724, gap 23.90 %",
      "packwright: 5.0 s solving, best CNY 44,258,599.406123, gap 23.90 %",
    ]);
  });

  it("is not written more often than once a second, then ever less, and never loses the last", async () => {
    const told = await lines((view, at) => {
      view.update({ phase: "solve", elapsedMs: 0 });
      for (let ms = 10; ms <= 20_000; ms += 10) {
        at(ms);
        view.update(found(BigInt(3_000_000 - ms)));
      }
      view.stop();
    });
    expect(told.length).toBeLessThan(10);
    expect(told.at(-1)).toContain("best CNY 2.98");
  });

  it("tells what was held back before it says something else", async () => {
    const told = await lines((view, at) => {
      view.update(found(3_000_000n));
      at(10);
      view.update(found(2_000_000n));
      view.say("Ending.");
      view.stop();
    });
    expect(told).toEqual([
      "packwright: 0.0 s solving, best CNY 3.00, bound 1.00, gap 66.67 %",
      "packwright: 0.0 s solving, best CNY 2.00, bound 1.00, gap 50.00 %",
      "Ending.",
    ]);
  });

  it("shows the gap alone until the currency is known", async () => {
    const progress = written({ now: () => 0 });
    const view = await progress.view;
    const { currency: _, ...unnamed } = found(2_000_000n);
    view.update(unnamed);
    view.stop();
    expect(progress.lines()).toEqual(["packwright: 0.0 s solving, gap 50.00 %"]);
  });
});

describe("quiet progress", () => {
  it("says what it must and nothing else, even on a terminal", async () => {
    const progress = written({ quiet: true, isTerminal: true });
    const view = await progress.view;
    view.update(found(2_000_000n));
    view.say("Ending.");
    view.stop();
    expect(progress.text()).toBe("Ending.\n");
  });
});

describe("the bar", () => {
  it.each([80, 60, 40])("never fills the last of %i columns", async (width) => {
    const progress = written({ isTerminal: true, width });
    const view = await progress.view;
    view.update({ phase: "read", elapsedMs: 0 });
    for (const incumbent of [2_000_000n, 123_456_789_012_345_678n]) {
      view.update(found(incumbent));
      // It draws ten times a second.
      await setTimeout(250);
    }
    view.update({ phase: "write", elapsedMs: 0 });
    view.say("Ending.");
    view.stop();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it removes
    const drawn = progress.text().replace(/\u001b\[[0-9;]*[A-Za-z]|\u001b[78]/g, "\n");
    for (const line of drawn.split(/[\r\n]/)) expect(line.length).toBeLessThan(width);
    expect(drawn).toContain("solving");
    expect(drawn).toContain("Ending.\n");
  });
});
