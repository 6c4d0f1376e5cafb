import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

/** What tests look at in a page. */

/** What a page has complained about: scripts that fail, and what its policy forbids. */
export interface Watched {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/**
 * A page of a person of their own. Where no locale is given the browser's own language is that of a system without one, which
 * scripts of others do not understand: the hardest case.
 */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Answers of 4xx are told by the page itself.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
  return { page, complaints };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Scans what a page shows, and tells every violation with what it is about. */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const { violations, passes } = (await page.evaluate("axe.run(document)")) as AxeResults;
  const told = violations.map(
    ({ id, nodes }) =>
      `${view}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(" | ")}`,
  );
  expect(told).toEqual([]);
  expect(passes.length).toBeGreaterThan(10);
}

export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const [content, window] = (await page.evaluate(
    "[document.documentElement.scrollWidth, innerWidth]",
  )) as number[];
  expect(content).toBeLessThanOrEqual(window!);
}
