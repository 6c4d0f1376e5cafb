import { type Browser, chromium } from "playwright-core";

/** A real browser that comes with the packages: nothing has to be installed. */

/** Starts the browser; whoever did closes it. */
export async function startBrowser(): Promise<Browser> {
  // Without it the libraries that the browser needs are not unpacked; it is read on import.
  process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs20.x";
  const { default: packed } = await import("@sparticuz/chromium");
  return chromium.launch({ executablePath: await packed.executablePath(), args: ["--no-sandbox"] });
}
