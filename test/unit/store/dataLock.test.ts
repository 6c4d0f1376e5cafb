import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type LockTimes, lockData } from "../../../src/store/dataLock.js";
import { ownMark } from "../../../src/store/processes.js";
import { inFolder } from "../../support/inFolder.js";

const TIMES: LockTimes = { beatMs: 40, silentMs: 400 };
const lock = (dir: string) => lockData(dir, TIMES);
const inUse = { issues: [expect.objectContaining({ code: "DATA_IN_USE" })] };
const left = (dir: string, holder: object | string) =>
  writeFileSync(join(dir, "lock"), typeof holder === "string" ? holder : JSON.stringify(holder));

describe("lockData", () => {
  it("lets one in at a time", async () => {
    await inFolder(async (dir) => {
      const first = await lock(dir);
      await expect(lock(dir)).rejects.toMatchObject(inUse);
      await first.release();
      expect(readdirSync(dir)).toEqual([]);
      await (await lock(dir)).release();
    });
  });

  it("lets one of many in that come at once, also past a dead one", async () => {
    for (const dead of [null, { token: "x", ...ownMark(), pid: 2 ** 22 + 1 }])
      await inFolder(async (dir) => {
        if (dead !== null) left(dir, dead);
        const all = await Promise.allSettled(Array.from({ length: 12 }, () => lock(dir)));
        expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        for (const each of all)
          if (each.status === "fulfilled") await each.value.release();
          else expect(each.reason).toMatchObject(inUse);
        expect(readdirSync(dir)).toEqual([]);
      });
  });

  it("goes past a process that is gone", async () => {
    await inFolder(async (dir) => {
      const child = spawn("true");
      await new Promise((resolve) => child.once("exit", resolve));
      left(dir, { token: "x", ...ownMark(), pid: child.pid });
      await (await lock(dir)).release();
    });
  });

  it.runIf(existsSync("/proc/self/stat"))("goes past a process whose id lives again as another", async () => {
    await inFolder(async (dir) => {
      left(dir, { token: "x", ...ownMark(), began: "1" });
      await (await lock(dir)).release();
      left(dir, { token: "x", ...ownMark() });
      await expect(lock(dir)).rejects.toMatchObject(inUse);
    });
  });

  it.each(["", "{", '{"token":"x"}', "null", "\0\0\0\0"])(
    "goes past a file that is no lock: %j",
    async (text) => {
      await inFolder(async (dir) => {
        left(dir, text);
        await (await lock(dir)).release();
      });
    },
  );

  it("waits for a machine that is silent, whatever its clock says", async () => {
    await inFolder(async (dir) => {
      left(dir, { token: "x", pid: 1, began: null, host: "elsewhere 1" });
      const ahead = Date.now() / 1_000 + 3_600;
      utimesSync(join(dir, "lock"), ahead, ahead);
      const from = performance.now();
      const own = await lock(dir);
      expect(performance.now() - from).toBeGreaterThan(TIMES.silentMs - 50);
      await own.release();
    });
  });

  it("sees a machine that is alive, whatever its clock says", async () => {
    await inFolder(async (dir) => {
      left(dir, { token: "x", pid: 1, began: null, host: "elsewhere 1" });
      let behind = Date.now() / 1_000 - 3_600;
      const beating = setInterval(() => utimesSync(join(dir, "lock"), ++behind, behind), TIMES.beatMs);
      await expect(lock(dir)).rejects.toMatchObject(inUse);
      clearInterval(beating);
    });
  });

  it("shows that it is there, and tells when it was taken", async () => {
    await inFolder(async (dir) => {
      const own = await lock(dir);
      const path = join(dir, "lock");
      utimesSync(path, 1, 1);
      let lost = 0;
      own.onLost(() => lost++);
      await setTimeout(5 * TIMES.beatMs);
      expect(lost).toBe(0);
      const other = JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), token: "y" });
      rmSync(path);
      writeFileSync(path, other);
      await setTimeout(5 * TIMES.beatMs);
      expect(lost).toBe(1);
      await own.release();
      expect(readFileSync(path, "utf8")).toBe(other);
    });
  });

  it("knows what has happened while it stood still before anything else is done", async () => {
    await inFolder(async (dir) => {
      const own = await lock(dir);
      const path = join(dir, "lock");
      let lost = 0;
      own.onLost(() => lost++);
      const stand = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TIMES.silentMs);
      stand();
      expect(await own.isOurs()).toBe(true);
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), token: "y" }));
      stand();
      expect(await own.isOurs()).toBe(false);
      expect(lost).toBe(1);
      await setTimeout(3 * TIMES.beatMs);
      expect(await own.isOurs()).toBe(false);
      expect(lost).toBe(1);
      await own.release();
    });
  });
});
