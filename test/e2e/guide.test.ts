import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writePublicInstance } from "../support/public/instanceFiles.js";
import { pspInstance, readPsp } from "../support/public/psp.js";
import { withPublicData } from "../support/public/publicData.js";
import { packwright, ROOT, scratch } from "./cli.js";

/** What a guide's code blocks tell to run: their arguments, in the order of the text. */
function commandsOf(document: string): readonly (readonly string[])[] {
  const text = readFileSync(join(ROOT, document), "utf8").replaceAll(/\\\n\s+/g, "");
  return [...text.matchAll(/^ {4}npx packwright (.+)$/gm)].map(([, args]) => args!.split(/\s+/));
}

/** The same command with so little time that its answers do not matter. */
function hurried(args: readonly string[]): readonly string[] {
  const limit = args.indexOf("--time-limit");
  return limit < 0 ? args : args.with(limit + 1, "0.2");
}

/** Runs commands as they stand in a folder that has the examples, each after the other. */
async function runAll(folder: string, commands: readonly (readonly string[])[]): Promise<void> {
  cpSync(join(ROOT, "examples"), join(folder, "examples"), { recursive: true });
  for (const args of commands) {
    const { code, stderr } = await packwright(
      [...hurried(args), ...(args[0] === "explain" ? [] : ["--quiet"])],
      {
        cwd: folder,
      },
    );
    expect(code, `${args.join(" ")}\n${stderr}`).toBe(0);
  }
}

const COMMANDS = commandsOf("docs/guide-what-if.md");
const ofPayments = (args: readonly string[]) => args.some((arg) => arg.startsWith("out/psp"));
const data = withPublicData("psp-routing");

describe("docs/guide-what-if.md", () => {
  it("has commands for the night that run from a clone", async () => {
    const commands = COMMANDS.filter((args) => !ofPayments(args));
    expect(commands.map(([name]) => name)).toEqual(["plan", "what-if", "break-even", "frontier", "explain"]);
    await runAll(scratch(), commands);
  }, 600_000);

  it.skipIf(data.missing)(
    data.title("has commands for the payments that run"),
    async () => {
      const folder = scratch();
      const { attempts, fees } = readPsp(data.folder);
      writePublicInstance(join(folder, "out", "psp"), pspInstance(attempts, fees));
      const commands = COMMANDS.filter(ofPayments);
      expect(commands.map(([name]) => name)).toEqual(["what-if", "break-even", "frontier"]);
      await runAll(folder, commands);
    },
    600_000,
  );
});
