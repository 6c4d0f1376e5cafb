import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { JobQueue } from "../../../src/jobs/queue.js";
import { JOB_PRIORITIES } from "../../../src/model/job.js";
import { onEachDatabase } from "../../support/store.js";

describe("JobQueue", () => {
  onEachDatabase((test) => {
    const opened: JobQueue[] = [];
    const open = async () => {
      const queue = await JobQueue.open(test.store.database, (error) => {
        throw error;
      });
      opened.push(queue);
      return queue;
    };
    afterEach(async () => {
      for (const queue of opened.splice(0)) await queue.close();
      await test.store.database.script("DROP SCHEMA IF EXISTS packwright_queue CASCADE");
    });
    const send = (queue: JobQueue, id: string, again = false) =>
      test.store.database.transaction((within) => queue.send(within, { id, size: "small" }, again));
    const take = (queue: JobQueue, wanted: (id: string) => boolean = () => true) =>
      queue.take("small", async (_within, id) => (wanted(id) ? id : null));

    it("lets many begin at once on an empty database", async () => {
      const queues = await Promise.all(Array.from({ length: test.store.isShared ? 6 : 1 }, open));
      const ids = queues.map(() => randomUUID());
      await Promise.all(queues.map((queue, i) => send(queue, ids[i]!)));
      const taken = await Promise.all(queues.map((queue) => take(queue)));
      expect(taken.sort()).toEqual(ids.sort());
      expect(await take(queues[0]!)).toBeNull();
    });

    it("gives the oldest first, and before them what was begun before", async () => {
      const queue = await open();
      const ids = Array.from({ length: 4 }, () => randomUUID());
      for (const [i, id] of ids.entries()) await send(queue, id, i === 3);
      const taken = [];
      for (let i = 0; i < 5; i++) taken.push(await take(queue));
      expect(taken).toEqual([ids[3], ids[0], ids[1], ids[2], null]);
    });

    it("gives those of a higher priority first, and each once though it was sent again since", async () => {
      const queue = await open();
      const [request, night, raised] = [randomUUID(), randomUUID(), randomUUID()];
      const { request: low, night: middle, urgent } = JOB_PRIORITIES;
      for (const [id, priority, again] of [
        [request, low, true],
        [raised, middle, false],
        [night, middle, true],
        [raised, urgent, false],
      ] as const)
        await test.store.database.transaction((within) =>
          queue.send(within, { id, size: "small", priority }, again),
        );
      const waiting = new Set<string>([request, night, raised]);
      const taken = [];
      for (let i = 0; i < 4; i++) taken.push(await take(queue, (id) => waiting.delete(id)));
      expect(taken).toEqual([raised, night, request, null]);
    });

    it("goes past entries of jobs that do not wait any more", async () => {
      const queue = await open();
      const ids = Array.from({ length: 5 }, () => randomUUID());
      for (const id of ids) await send(queue, id);
      expect(await take(queue, (id) => id === ids[4])).toBe(ids[4]);
      expect(await take(queue)).toBeNull();
    });

    it("keeps an entry whose claim failed, and makes none with a job that was not made", async () => {
      const queue = await open();
      const id = randomUUID();
      await send(queue, id);
      const fail = queue.take("small", async () => {
        throw new Error("no claim");
      });
      await expect(fail).rejects.toThrow("no claim");
      const unmade = test.store.database.transaction(async (within) => {
        await queue.send(within, { id: randomUUID(), size: "small" });
        throw new Error("no job");
      });
      await expect(unmade).rejects.toThrow("no job");
      expect(await take(queue)).toBe(id);
      expect(await take(queue)).toBeNull();
    });

    it("says so where the queue is gone, instead of taking jobs for none", async () => {
      const queue = await open();
      await test.store.database.script(
        "DELETE FROM packwright_queue.job; DELETE FROM packwright_queue.queue",
      );
      await expect(send(queue, randomUUID())).rejects.toMatchObject({ code: "QUEUE_MISSING" });
      await test.store.database.script("DROP SCHEMA packwright_queue CASCADE");
      await expect(take(queue)).rejects.toThrow(/packwright_queue/);
    });
  });
});
