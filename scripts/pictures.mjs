// Takes the pictures of docs/guide-what-if.md from pages that the program made; the guide says which commands make them. With the
// address of a "What if" view of a service that runs in PAGE, it takes the picture of the page as well.
// Each picture is one section of a page as a browser shows it in light mode: node scripts/pictures.mjs
// Needs Chromium, by the name in CHROMIUM, or `chromium`. Pages that are not there are left out, and named.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "docs", "pictures");
const chromium = process.env.CHROMIUM ?? "chromium";
/** Pixels, of a page that is as wide as GitHub shows a document. */
const WIDTH = 960;

/** Name of the picture, page, the section's id, and how many bars of it are shown, where not all are. */
const PICTURES = [
  ["nightly-differences", "out/what-if/what-if.html", "differences"],
  ["nightly-sweeps", "out/what-if/what-if.html", "sweeps"],
  ["nightly-channels", "out/what-if/what-if.html", "channels", 8],
  ["nightly-break-even", "out/break-even/break-even.html", "curve"],
  ["nightly-frontier", "out/frontier/frontier.html", "curve"],
  ["payments-sweeps", "out/psp-what-if/what-if.html", "sweeps"],
  ["payments-break-even", "out/psp-break-even/break-even.html", "curve"],
];

/** A page of one section: the style, the fills that drawings refer to, and that section. */
function pageOf(source, id, bars) {
  const style = /<style>[\s\S]*?<\/style>/.exec(source)[0];
  const fills = /<svg class="defs"[\s\S]*?<\/defs><\/svg>/.exec(source)[0];
  const section = new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(source)[0];
  const cut = bars === undefined ? "" : `.bars li:nth-child(n+${bars + 1}){display:none}`;
  // The height is told in the title, for the window to fit; details stay folded.
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${style}
<style>body{background:var(--sheet)}section{margin:0;border:0;border-radius:0}${cut}</style></head>
<body>${fills}${section}<script>document.title=Math.ceil(document.querySelector("section").getBoundingClientRect().height)</script></body></html>`;
}

function browse(...args) {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const { status, stdout, stderr, error } = spawnSync(
    chromium,
    ["--headless", "--disable-gpu", "--hide-scrollbars", ...asRoot, ...args],
    { encoding: "utf8" },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`${chromium} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The top of the page, once its figures are there. */
async function pagePicture(address) {
  const { chromium: browsers } = await import("playwright-core");
  const browser = await browsers.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  try {
    const page = await browser.newPage({ locale: "en-US", viewport: { width: 1180, height: 940 } });
    await page.goto(address);
    await page.locator('.status[data-state="ready"]').waitFor({ timeout: 60_000 });
    // With the time of a person who wants to know, and not of one who moves a slider.
    await page.getByRole("button", { name: "for a closer answer" }).click();
    await page.locator('.status[data-state="ready"]').waitFor({ timeout: 60_000 });
    const picture = join(out, "page-what-if.png");
    await page.screenshot({ path: picture });
    console.log(`Written   ${picture}`);
  } finally {
    await browser.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), "packwright-pictures-"));
try {
  mkdirSync(out, { recursive: true });
  if (process.env.PAGE) await pagePicture(process.env.PAGE);
  for (const [name, page, section, bars] of PICTURES) {
    const from = join(root, page);
    if (!existsSync(from)) {
      console.log(`Left out  ${name}: ${page} is missing`);
      continue;
    }
    const file = join(folder, `${name}.html`);
    writeFileSync(file, pageOf(readFileSync(from, "utf8"), section, bars));
    const address = pathToFileURL(file).href;
    const [, height] = /<title>(\d+)<\/title>/.exec(
      browse("--dump-dom", `--window-size=${WIDTH},800`, address),
    );
    const picture = join(out, `${name}.png`);
    browse(`--screenshot=${picture}`, `--window-size=${WIDTH},${height}`, address);
    console.log(`Written   ${picture}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
