import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Simulation } from "../../src/client/index.js";
import type { WhatIfFile } from "../../src/model/whatIfFile.js";
import { group } from "../../src/report/numbers.js";
import { startBrowser } from "../support/browser.js";
import { expectAccessible, expectNoSidewaysScrolling, openPage, type Watched } from "./browser.js";
import { NIGHTLY, naming, packwright, SMALL_CHANNELS, SMALL_ORDERS } from "./cli.js";
import { type Program, startService } from "./program.js";

/** The page in a real browser, on a real service. */

const folder = mkdtempSync(join(tmpdir(), "packwright-page-"));
let service: Program;
let client: Client;
let browser: Browser;
/** The page of most tests, one after the other as a person would go. */
let watched: Watched;
let page: Page;
/** The address of the example's plan, once it is made. */
let night: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(join(folder, "data")), startBrowser()]);
  client = new Client({ url: service.url });
  watched = await openPage(browser);
  page = watched.page;
  await page.addInitScript(KEEPING);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await service.end();
  rmSync(folder, { recursive: true, force: true });
});

const tab = (name: string) => page.getByRole("navigation").getByRole("button", { name }).click();
const textOf = async (id: string) => (await page.getByTestId(id).innerText()).replace(/\s+/g, " ");
const slider = (path: string) => page.locator(`[data-path="${path}"] input[type=range]`);
const field = (path: string) => page.locator(`[data-path="${path}"] input[type=text]`);
const isReady = () => page.locator('.status[data-state="ready"]').waitFor();

/**
 * Has the page keep the answers to its questions: of a body that is read piece by piece, as the page does, the browser does not
 * always have a copy to give away.
 */
const KEEPING = `{
  const ask = fetch;
  window.simulated = [];
  window.fetch = async (address, init) => {
    const response = await ask(address, init);
    if (response.ok && String(address).endsWith("/simulations"))
      response.clone().text().then((answer) => simulated.push({ question: init.body, answer }), () => {});
    return response;
  };
}`;

/** Does something, and gives the answer to the question about the changes that come of it. */
async function answerTo(changes: object[], act: () => Promise<unknown>): Promise<Simulation> {
  const kept = async () =>
    (await page.evaluate("simulated")) as readonly { readonly question: string; readonly answer: string }[];
  const before = (await kept()).length;
  await act();
  const find = async () =>
    (await kept())
      .slice(before)
      .find(({ question }) => JSON.stringify(JSON.parse(question).changes) === JSON.stringify(changes));
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  return JSON.parse((await find())!.answer) as Simulation;
}

/** Both looks, on a screen and on a phone. */
async function expectGoodInAllLooks(view: string): Promise<void> {
  await expectAccessible(page, view);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, `${view}, dark`);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
}

describe("the page", { timeout: 120_000 }, () => {
  it("makes a plan of the example, shows how far it is, and keeps the best when it is stopped", async () => {
    await page.goto(service.url);
    await page.getByRole("button", { name: "Load the example" }).waitFor();
    await expectGoodInAllLooks("start");
    await page.getByRole("button", { name: "Load the example" }).click();
    await page.getByText("Best plan so far").waitFor();
    await expectAccessible(page, "being made");
    await page.getByRole("button", { name: "Stop and keep the best" }).click();
    await page.getByTestId("objective").waitFor();
    night = page.url();
    expect(night).toMatch(/#\/plans\/[0-9a-f-]{36}\/plan$/);
  });

  it("shows the plan as it is", async () => {
    const { plan } = await client.plans.get(/plans\/([0-9a-f-]+)/.exec(night)![1]!);
    expect(await textOf("objective")).toBe(`CNY ${group(plan!.cost.objective)}`);
    const rows = page.locator("section", { hasText: "Channels" }).locator("table tbody tr");
    const byId = await page
      .getByRole("group", { name: "Channels, money in CNY" })
      .locator("tbody tr")
      .allInnerTexts();
    expect(await rows.count()).toBeGreaterThan(0);
    expect(byId.map((row) => row.split("\t").slice(0, 2))).toEqual(
      plan!.channels.map(({ id, orders }) => [id, group(String(orders))]),
    );
    for (const { id, saving } of plan!.baselines)
      expect(await page.getByRole("row", { name: id }).innerText()).toContain(
        group(saving.money).slice(0, -4),
      );
    await page.getByRole("img", { name: /Packages over time, one band/ }).waitFor();
    expect(await page.locator(".queues .cutoff").count()).toBeGreaterThan(0);
    await expectGoodInAllLooks("plan");
  });

  it("answers a slider, by keyboard, with figures of those very values, and says so while they are on their way", async () => {
    await tab("What if");
    const path = "channels.union-batch.fee.flat";
    await slider(path).focus();
    const answer = await answerTo([{ set: { [path]: "0.40" } }], async () => {
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      // No figure of other values is left while the answer is on its way.
      expect(await page.locator(".result .tiles").getAttribute("aria-busy")).toBe("true");
      expect(await textOf("objective")).not.toMatch(/\d/);
      expect(await page.locator(".result .money").count()).toBe(0);
    });
    await isReady();
    expect(await field(path).inputValue()).toBe("0.40");
    expect(await slider(path).getAttribute("aria-valuetext")).toBe("CNY 0.40");
    expect(await textOf("objective")).toBe(`CNY ${group(answer.plan.cost.objective)}`);
    expect(await textOf("moved")).toContain(
      answer.moved!.orders === 0 ? "No order" : group(String(answer.moved!.orders)),
    );
    expect(answer.plan.proof).toBe("certificate");

    // The earlier answer stays, and says that it is one, until there is a better one.
    const earlier = await textOf("objective");
    const closer = await answerTo([{ set: { [path]: "0.40" } }], async () => {
      const [request] = await Promise.all([
        page.waitForRequest((each) => each.url().endsWith("/simulations")),
        page.getByRole("button", { name: "for a closer answer" }).click(),
      ]);
      expect(request.postDataJSON()).toMatchObject({ within: 10_000, gap: 0 });
      await page.locator('.status[data-state="searching"]').waitFor();
      expect(await page.locator(".earlier .mark").innerText()).toContain("The earlier answer");
      expect(await textOf("objective")).toBe(earlier);
    });
    await isReady();
    expect(await page.locator(".earlier").count()).toBe(0);
    expect(closer.plan.gap).toBeLessThan(answer.plan.gap!);
    const best = [answer, closer].map(({ plan }) => Number(plan.cost.objective));
    expect(Number(closer.plan.cost.objective)).toBeGreaterThanOrEqual(Number(answer.plan.bound));
    expect(Number((await textOf("objective")).replace(/[^\d.]/g, ""))).toBe(Math.min(...best));
    await page.locator(".result summary").first().click();
    await expectGoodInAllLooks("what if");
  });

  it("takes a number as well, names what is wrong with it, and closes a channel", async () => {
    const path = "channels.union-batch.package.maxOrders";
    await page.getByText("Limits and sizes").click();
    await field(path).fill("0");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("must be at least 1");
    expect(await page.locator(".result .money").count()).toBe(0);
    await expectAccessible(page, "what if, with a problem");
    // What is no value is told where it is written, and goes when the value is another.
    await field(path).fill("many");
    const told = await field(path).getAttribute("aria-describedby");
    expect(await page.locator(`[id="${told!.split(" ").at(-1)}"]`).innerText()).toContain("is still 0");
    await expectAccessible(page, "what if, with no value");
    await page.evaluate("history.back()");
    await expect.poll(() => field(path).inputValue()).toBe("1000");
    expect(await field(path).getAttribute("aria-invalid")).toBe("false");
    await page.evaluate("history.forward()");
    await expect.poll(() => field(path).inputValue()).toBe("0");
    await page
      .getByRole("button", { name: /^Undo: .*Orders in a package, at most/ })
      .first()
      .click();
    await isReady();
    await page.getByRole("button", { name: "lotus-batch" }).click();
    const closed = await answerTo(
      [
        { set: { "channels.union-batch.fee.flat": "0.40" } },
        { set: { "channels.lotus-batch.limits.maxOrders": "0" } },
      ],
      () => page.getByRole("switch").click(),
    );
    await isReady();
    expect(closed.plan.channels.find(({ id }) => id === "lotus-batch")!.orders).toBe(0);
    expect(await textOf("difference")).toBe(`+${group(closed.difference.money)}`);
  });

  it("goes back and forward, and holds all of it in its address", async () => {
    const before = await textOf("objective");
    await page.goBack();
    await page.waitForFunction('!decodeURIComponent(location.hash).includes("lotus-batch.limits")');
    await isReady();
    expect(await textOf("objective")).not.toBe(before);
    await page.goForward();
    await isReady();
    expect(await textOf("objective")).toBe(before);
    const address = page.url();
    await page.reload();
    await isReady();
    expect(page.url()).toBe(address);
    expect(await field("channels.lotus-batch.limits.maxOrders").inputValue()).toBe("0");
    expect(await page.getByRole("switch").isChecked()).toBe(false);
  });

  it("compares pinned scenarios, and hands them to the command line", async () => {
    await page.getByRole("textbox", { name: "Name" }).fill("no lotus");
    await page.getByRole("button", { name: "Pin as scenario" }).click();
    await page.getByRole("button", { name: "Undo all" }).click();
    await page.getByRole("button", { name: "harbor-batch-dawn" }).click();
    await field("channels.harbor-batch-dawn.package.fee").fill("30.00");
    await isReady();
    const second = await textOf("objective");
    await page.getByRole("button", { name: "Pin as scenario" }).click();
    await tab("Compare");
    const table = page.getByRole("group", { name: "Scenarios, money in CNY" });
    await expect.poll(() => table.locator(".pending").count(), { timeout: 30_000 }).toBe(0);
    const row = async (name: string) =>
      (await table.getByRole("row", { name }).first().innerText()).split("\t");
    const cells = await row("Objective");
    expect(cells).toHaveLength(4);
    expect(`CNY ${cells[3]}`).toBe(second);
    await expectGoodInAllLooks("compare");

    await tab("Export");
    const [yaml] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "scenarios.yaml" }).click(),
    ]);
    const file = join(folder, "scenarios.yaml");
    await yaml.saveAs(file);
    const out = join(folder, "what-if");
    const { code, stderr } = await packwright([
      ...["what-if", ...naming(NIGHTLY), "--scenarios", file, "--out", out],
      ...["--time-limit", "2", "--quiet"],
    ]);
    expect(code, stderr).toBe(0);
    const { scenarios } = JSON.parse(readFileSync(join(out, "what-if.json"), "utf8")) as WhatIfFile;
    expect(scenarios.map(({ id }) => id)).toEqual(["no lotus", "Scenario 2"]);
    await tab("Compare");
    // Two plans of the same question: neither costs less than what the other's bound allows.
    const shown = async (name: string) =>
      (await row(name)).slice(2).map((text) => Number(text.replaceAll(",", "")));
    const [costs, bounds] = [await shown("Objective"), await shown("Bound")];
    scenarios.forEach(({ cost, bound }, i) => {
      expect(costs[i]).toBeGreaterThanOrEqual(Number(bound));
      expect(Number(cost.objective)).toBeGreaterThanOrEqual(bounds[i]!);
    });
    await tab("Export");
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "results.csv" }).click(),
    ]);
    const results = readFileSync(await csv.path(), "utf8").split("\r\n");
    expect(results).toHaveLength(5);
    expect(`CNY ${group(results[3]!.split(",")[1]!)}`).toBe(second);
    const [assignments] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "assignments.csv" }).click(),
    ]);
    expect(readFileSync(await assignments.path(), "utf8")).toMatch(/^order,channel,package,charge\n/);
    await expectGoodInAllLooks("export");
  });

  it("finds an order and says why it is where it is", async () => {
    await tab("Orders");
    await page.getByRole("searchbox", { name: "Order id" }).fill("D0000002");
    await page.getByRole("button", { name: "Explain" }).click();
    const { orders } = await client.plans.explanation(/plans\/([0-9a-f-]+)/.exec(night)![1]!, "D0000002");
    await page.getByTestId("explanation").waitFor();
    expect(await page.getByTestId("explanation").innerText()).toContain(String(orders[0]!.sentence));
    // Who asked by keyboard is still where they asked, and who chose one below is led to the answer.
    const focused = () => page.evaluate("document.activeElement.textContent || document.activeElement.value");
    expect(await focused()).toBe("Explain");
    await page
      .getByText(/^The first \d+ that are routed/)
      .first()
      .click();
    const other = page
      .getByRole("group", { name: /that are routed/ })
      .getByRole("button")
      .nth(3);
    const id = await other.innerText();
    await other.click();
    await expect.poll(focused).toContain(id);
    expect(await page.getByRole("searchbox", { name: "Order id" }).inputValue()).toBe(id);
    await page.goBack();
    await expect.poll(() => page.getByTestId("explanation").innerText()).toContain("D0000002");
    expect(await page.getByRole("searchbox", { name: "Order id" }).inputValue()).toBe("D0000002");
    await expectGoodInAllLooks("orders");
    await page.getByRole("searchbox", { name: "Order id" }).fill("nobody");
    await page.getByRole("button", { name: "Explain" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("nobody");
    await expectAccessible(page, "orders, with a problem");
  });

  it("tells every problem of two files with line and hint, and plans good ones", async () => {
    await page.goto(service.url);
    const channels = page.getByLabel("Channels file");
    const orders = page.getByLabel("Orders file");
    const file = (name: string, content: string) => ({
      name,
      mimeType: "text/plain",
      buffer: Buffer.from(content),
    });
    await channels.setInputFiles(
      file("channels.yaml", "currency: CNY\nchannels:\n  - id: union-batch\n    mode: batsh\n"),
    );
    await orders.setInputFiles(file("orders.csv", `${SMALL_ORDERS}o5,ICBC,1.234\n`));
    const [asked] = await Promise.all([
      page.waitForRequest((each) => each.url().endsWith("/v1/plans")),
      page.getByRole("button", { name: "Make a plan" }).click(),
    ]);
    expect(asked.headers()["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain("channels.yaml:4");
    expect(await alert.innerText()).toContain("orders.csv:6");
    await expectGoodInAllLooks("problems");
    await page.getByRole("button", { name: "Back to the start" }).click();
    await channels.setInputFiles(file("channels.json", JSON.stringify(SMALL_CHANNELS)));
    await orders.setInputFiles(file("orders.csv", SMALL_ORDERS));
    await page.getByRole("button", { name: "Make a plan" }).click();
    await page.getByTestId("objective").waitFor();
    expect(await textOf("objective")).toBe("CNY 2.90");
    expect(await textOf("gap")).toBe("Optimal");
  });

  it("draws break-even and frontier, with their figures as tables", async () => {
    await tab("Curves");
    const [first, second] = [
      page.getByRole("button", { name: "Draw" }).nth(0),
      page.getByRole("button", { name: "Draw" }).nth(1),
    ];
    await page.getByLabel("Number").selectOption("channels.union-batch.package.fee");
    await page.getByLabel("To", { exact: true }).fill("3.00");
    await first.click();
    // Three orders that pay 0.30 and a package together, or 1.00 each.
    await page.getByTestId("break-even").waitFor();
    expect(await textOf("break-even")).toContain("2.10");
    await second.click();
    await page.getByTestId("frontier").waitFor();
    expect(await page.locator("canvas").count()).toBeGreaterThan(0);
    expect(
      await page
        .getByRole("group", { name: /cheapest known plan by value/ })
        .locator("tbody tr")
        .count(),
    ).toBe(2);
    await expectGoodInAllLooks("curves");
    await page.reload();
    await page.getByTestId("break-even").waitFor();
    await page.getByTestId("frontier").waitFor();
  });

  it("speaks Chinese, and is dark where that is chosen", async () => {
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    await page.getByRole("button", { name: "中文" }).click();
    await page.waitForURL(/lang=zh/);
    await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("zh-CN");
    await page.getByRole("navigation").getByRole("button", { name: "方案" }).click();
    await page.getByText("方案成本").first().waitFor();
    // What is wrong is said in Chinese; the service's own sentence is there to be unfolded.
    await tab("订单");
    await page.getByRole("searchbox").fill("nobody");
    await page.getByRole("button", { name: "解释" }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("方案中没有此订单。").waitFor();
    expect(await alert.innerText()).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
    await page.getByRole("searchbox").fill("o1");
    await page.getByRole("button", { name: "解释" }).click();
    const explanation = page.getByTestId("explanation");
    await explanation.waitFor();
    expect(await explanation.innerText()).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
    await explanation.getByText("英文原文").first().click();
    expect(await explanation.locator("[lang=en]").first().innerText()).toMatch(/[a-z]{3,} [a-z]{3,}/);
    await expectAccessible(page, "orders, Chinese");
    await tab("方案");
    await page.getByText("方案成本").first().waitFor();
    await page.getByRole("button", { name: "深色" }).click();
    await expect.poll(ground).toBe("rgb(20, 23, 26)");
    await page.reload();
    await page.getByText("方案成本").first().waitFor();
    await expect.poll(ground).toBe("rgb(20, 23, 26)");
    await expectAccessible(page, "Chinese, dark");
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScrolling(page);
  });

  it("asks nobody else, and runs nothing that its policy forbids", async () => {
    expect(watched.complaints).toEqual([]);
    const { headers } = await fetch(service.url);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    const html = await (await fetch(service.url)).text();
    const [asset] = /assets\/[^"]+\.js/.exec(html)!;
    expect((await fetch(`${service.url}/${asset}`)).headers.get("cache-control")).toContain("immutable");
  });
});

describe("the page of a service with keys", { timeout: 120_000 }, () => {
  it("asks for a key, says when it is wrong, keeps it for the tab, and logs out", async () => {
    const data = join(folder, "keys");
    const made = await packwright([
      "keys",
      "create",
      "--name",
      "page",
      "--scope",
      "plan",
      "--data",
      data,
      "--json",
    ]);
    const { text } = JSON.parse(made.stdout) as { text: string };
    const guarded = await startService(data, "--host", "0.0.0.0");
    const { page: guest, complaints } = await openPage(browser);
    await guest.goto(guarded.url.replace("0.0.0.0", "127.0.0.1"));
    await guest.getByRole("heading", { name: "Log in" }).waitFor();
    await guest.getByLabel("Key").fill("pw_wrong");
    await guest.getByRole("button", { name: "Log in" }).click();
    await guest.getByRole("alert").waitFor();
    await expectAccessible(guest, "log in, refused");
    await guest.getByLabel("Key").fill(text);
    await guest.getByRole("button", { name: "Log in" }).click();
    await guest.getByRole("button", { name: "Load the example" }).waitFor();
    await guest.reload();
    await guest.getByRole("button", { name: "Load the example" }).waitFor();
    expect(await guest.evaluate("Object.keys(localStorage).length")).toBe(0);
    await guest.getByRole("button", { name: "Log out" }).click();
    await guest.getByRole("heading", { name: "Log in" }).waitFor();
    expect(complaints).toEqual([]);
    await guarded.end();
  });
});
