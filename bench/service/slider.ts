import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startBrowser } from "../../test/support/browser.js";
import { PatientCaller } from "../../test/support/killing.js";
import { startService } from "../../test/support/service.js";
import { duration } from "../format.js";
import type { BenchOptions, Section } from "../section.js";
import { median } from "../stats.js";

/** Sources and examples; this is compiled into a folder two below them. */
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** Sliders that are moved, evenly from among all. */
const SLIDERS = 4;
const WITHIN_MS = 1_000;

/** Sliders of the page in a real browser, on the example of 20,000 orders: how long until the answer stands there. */
export async function slider({ quick, dir, say }: BenchOptions): Promise<Section> {
  const service = await startService(["--data", dir, "--log-level", "warn"]);
  const browser = await startBrowser();
  try {
    const caller = new PatientCaller(() => service.said);
    const example = (name: string) => readFileSync(`${ROOT}examples/nightly/${name}`);
    await caller.put("/v1/channels/nightly", "application/yaml", example("channels.yaml"));
    await caller.put("/v1/order-sets/nightly", "text/csv", example("orders.csv"));
    say("planning the example");
    const id = await caller.submit("/v1/plans", {
      channels: "nightly",
      orders: { set: "nightly" },
      options: { timeLimit: 30 },
    });
    const { state } = await caller.ended(id);
    if (state !== "done") throw new Error(`The example ended as ${state}.`);
    const page = await browser.newPage({ locale: "en-US", viewport: { width: 1280, height: 900 } });
    await page.goto(`${service.said}/#/plans/${id}/simulate`);
    await page.locator("[data-path] input[type=range]").first().waitFor({ state: "attached" });
    const all = (await page.evaluate(PATHS)) as string[];
    // In parts that are folded up, some of them.
    await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
    const times: number[] = [];
    const rows: string[][] = [];
    for (let slider = 0; slider < SLIDERS; slider++) {
      const path = all[Math.floor((slider * all.length) / SLIDERS)]!;
      const input = page.locator(`[data-path="${path}"] input[type=range]`);
      say(path);
      await input.focus();
      // The first answer opens the plan, if that is not done yet.
      await untilAnswered(page, "ArrowRight");
      // Always on: a value that was there before is answered at once.
      const own: number[] = [];
      for (let move = 0; move < (quick ? 2 : 6); move++) own.push(await untilAnswered(page, "ArrowRight"));
      times.push(...own);
      rows.push([path, duration(median(own)), duration(Math.max(...own))]);
    }
    const worst = Math.max(...times);
    return {
      tables: [
        {
          caption: `From a key on a slider to the certified figure of that value on the screen, ${times.length} moves on the plan of examples/nightly (20,000 orders), service and browser on the same processors.`,
          columns: ["slider", "median", "worst"],
          rows: [...rows, ["all", duration(median(times)), duration(worst)]],
        },
      ],
      targets: [
        {
          name: "a slider's answer on the screen, 20,000 orders, median and worst",
          asked: "≤ 1 s",
          measured: `${duration(median(times))} and ${duration(worst)}`,
          met: worst <= WITHIN_MS,
        },
      ],
    };
  } finally {
    await browser.close();
    await service.end();
  }
}

/** Presses a key, and waits until the page says that the answer to it is there. @returns milliseconds */
async function untilAnswered(page: Page, key: string): Promise<number> {
  const answered = page.evaluate(ANSWERED) as Promise<number>;
  await page.keyboard.press(key);
  const ms = await answered;
  if (ms < 0) throw new Error("The page did not answer.");
  return ms;
}

/** Within the page: what its sliders change. */
const PATHS = `[...document.querySelectorAll("[data-path]:has(input[type=range])")].map((node) => node.dataset.path)`;

/** Within the page: until its state has left "ready" and come back to it. */
const ANSWERED = `new Promise((resolve) => {
  const begun = performance.now();
  let asked = false;
  const look = () => {
    const ms = performance.now() - begun;
    const isReady = document.querySelector(".status")?.dataset.state === "ready";
    if (isReady && asked) return resolve(ms);
    if (!isReady) asked = true;
    if (ms > 60_000) return resolve(-1);
    requestAnimationFrame(look);
  };
  look();
})`;
