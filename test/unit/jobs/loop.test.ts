import { describe, expect, it } from "vitest";
import { Loops } from "../../../src/jobs/loop.js";

describe("Loops", () => {
  it("repeat until they are stopped, and end when what they have begun has ended", async () => {
    const loops = new Loops();
    let steps = 0;
    let end = () => {};
    const ended: string[] = [];
    const stepped = new Promise<void>((resolve) => {
      loops.repeat(async () => {
        steps++;
        if (steps === 3) {
          loops.begin(
            new Promise<void>((done) => {
              end = () => {
                ended.push("begun");
                done();
              };
            }),
          );
          resolve();
        }
        // Of days, unless it is broken off.
        await loops.pause(steps < 3 ? 0 : 1e8);
      });
    });
    await stepped;
    expect(loops.open).toBe(1);
    const stopped = loops.stop().then(() => ended.push("stopped"));
    expect(loops.signal.aborted).toBe(true);
    // Many turns of the event loop: it is still waited for.
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    end();
    await stopped;
    expect(ended).toEqual(["begun", "stopped"]);
    expect([steps, loops.open]).toEqual([3, 0]);
    loops.repeat(async () => {
      steps++;
    });
    expect(steps).toBe(3);
  });
});
