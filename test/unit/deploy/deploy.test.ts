import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DockerfileParser } from "dockerfile-ast";
import { ValidationSeverity, validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe("the Dockerfile", () => {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  const parsed = DockerfileParser.parse(text);

  it("has no errors", () => {
    const found = validate(text).filter(({ severity }) => severity === ValidationSeverity.ERROR);
    expect(found.map(({ message }) => message)).toEqual([]);
  });

  it("copies what is there, from stages that are there", () => {
    const stages = parsed.getFROMs().map((from) => from.getBuildStage());
    for (const copy of parsed.getCOPYs()) {
      const stage = copy.getFromFlag()?.getValue();
      if (stage !== undefined) {
        expect(stages).toContain(stage);
        continue;
      }
      const sources = copy
        .getArguments()
        .slice(0, -1)
        .map((argument) => argument.getValue());
      for (const source of sources) expect(readdirSync(ROOT).concat(".")).toContain(source);
    }
  });

  it("runs as nobody important and on a Node that package.json takes", () => {
    const users = parsed.getInstructions().filter((instruction) => instruction.getKeyword() === "USER");
    expect(users.at(-1)?.getArgumentsContent()).toBe("node");
    const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const major = /(\d+)\./.exec(engines.node)![1];
    for (const from of parsed.getFROMs()) expect(from.getImage()).toMatch(new RegExp(`^node:${major}-`));
  });
});

describe.each(readdirSync(join(ROOT, "deploy")).filter((name) => name.endsWith(".service")))("%s", (name) => {
  it.skipIf(!hasSystemd)("passes systemd-analyze verify", () => {
    const dir = mkdtempSync(join(tmpdir(), "packwright-unit-"));
    try {
      const text = readFileSync(join(ROOT, "deploy", name), "utf8");
      // It looks whether the program is there, which is installed elsewhere.
      const path = join(dir, name);
      writeFileSync(path, text.replace("/usr/bin/packwright", process.execPath));
      const { stderr, status } = spawnSync("systemd-analyze", ["verify", "--man=no", path], {
        encoding: "utf8",
      });
      // What it says of other units of this machine is not about this one.
      expect(stderr.split("\n").filter((line) => line.includes(name))).toEqual([]);
      expect(status).toBe(0);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it("starts a command that there is", () => {
    const text = readFileSync(join(ROOT, "deploy", name), "utf8");
    const command = /^ExecStart=\/usr\/bin\/packwright (\w+)$/m.exec(text)![1]!;
    const help = execFileSync(process.execPath, [join(ROOT, "dist", "cli", "main.js"), "help", command], {
      encoding: "utf8",
    });
    expect(help).toContain(`Usage: packwright ${command}`);
  });
});
