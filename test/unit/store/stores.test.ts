import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keepText, onEachDatabase } from "../../support/store.js";

onEachDatabase((test) => {
  describe("ChannelsStore", () => {
    const put = async (name: string, sha256: string, format: "yaml" | "json" = "yaml") =>
      test.store.channels.put(
        { name, format, blob: await keepText(test.store, sha256), sha256: await shaOf(sha256) },
        "abc",
      );
    const shaOf = async (text: string) => {
      const { id } = { id: await keepText(test.store, text) };
      const [row] = await test.store.database.query<{ sha256: string }>(
        "SELECT sha256 FROM packwright.blob WHERE id = $1",
        [id],
      );
      return row!.sha256;
    };

    it("counts versions where the content changes", async () => {
      expect(await put("a", "one")).toMatchObject({ isNew: true, channels: { version: 1 } });
      expect(await put("a", "one")).toMatchObject({ isNew: false, channels: { version: 1 } });
      expect(await put("a", "two")).toMatchObject({ isNew: true, channels: { version: 2 } });
      expect(await put("a", "one")).toMatchObject({ isNew: true, channels: { version: 3 } });
      expect(await put("a", "one", "json")).toMatchObject({ isNew: true, channels: { version: 4 } });
      expect(await put("b", "one")).toMatchObject({ isNew: true, channels: { version: 1 } });
      expect((await test.store.channels.get("a"))?.version).toBe(4);
      expect((await test.store.channels.get("a", 2))?.version).toBe(2);
      expect(await test.store.channels.get("a", 5)).toBeNull();
      expect((await test.store.channels.versions("a")).map(({ version }) => version)).toEqual([4, 3, 2, 1]);
      const names = async (after?: string) =>
        (await test.store.channels.list(1, after)).map(({ name, version }) => `${name} ${version}`);
      expect(await names()).toEqual(["a 4"]);
      expect(await names("a")).toEqual(["b 1"]);
      expect(await names("b")).toEqual([]);
    });

    it("gives callers at once numbers of their own", async () => {
      const made = await Promise.all(Array.from({ length: 6 }, (_, i) => put("c", `content ${i}`)));
      expect(made.map(({ channels }) => channels.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    });
  });

  describe("OrderSetStore", () => {
    it("keeps, replaces, lists and removes", async () => {
      const [one, two] = [await keepText(test.store, "1"), await keepText(test.store, "22")];
      const { orderSets } = test.store;
      const kept = (id: string, format: string, blob: string, orders: number | null = null) =>
        orderSets.put({ id, format, blob, orders }, null);
      expect(await kept("night", "csv", one, 7)).toEqual({ isNew: true, createdAt: expect.any(Date) });
      expect((await orderSets.get("night"))!.orders).toBe(7);
      const { isNew, createdAt } = await kept("night", "parquet", two, 3_000_000_000);
      expect(isNew).toBe(false);
      expect(await orderSets.get("night")).toEqual({
        id: "night",
        format: "parquet",
        blob: two,
        bytes: 2,
        orders: 3_000_000_000,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        createdAt,
      });
      await kept("other", "csv", one);
      expect((await orderSets.get("other"))!.orders).toBeNull();
      const ids = async (after?: string) => (await orderSets.list(1, after)).map(({ id }) => id);
      expect(await ids()).toEqual(["night"]);
      expect(await ids("night")).toEqual(["other"]);
      expect(await orderSets.remove("night")).toBe(true);
      expect(await orderSets.remove("night")).toBe(false);
      expect(await orderSets.get("night")).toBeNull();
    });

    it("forgets what the page has left behind, and nothing else", async () => {
      const { orderSets, database } = test.store;
      const blob = await keepText(test.store, "1");
      const [old, recent] = [`page-${"0a".repeat(16)}`, `page-${"0b".repeat(16)}`];
      const ids = [old, recent, "page-of-mine", "pages"];
      for (const id of ids) await orderSets.put({ id, format: "csv", blob, orders: 1 }, null);
      await database.query(
        "UPDATE packwright.order_set SET created_at = now() - interval '2 hours' WHERE id <> $1",
        [recent],
      );
      await orderSets.expire();
      const left = await Promise.all(ids.map((id) => orderSets.get(id)));
      expect(left.map((set) => set?.id)).toEqual([undefined, recent, "page-of-mine", "pages"]);
    });
  });

  describe("KeyStore", () => {
    const create = (more: object = {}) =>
      test.store.keys.create({
        name: "n",
        scopes: ["read", "plan"],
        perMinute: 60,
        expiresAt: null,
        ...more,
      });

    it("finds a key by its text alone, which is kept nowhere", async () => {
      const { key, text } = await create();
      expect(await test.store.keys.find(text)).toEqual(key);
      const other = await create();
      const mixed = text.slice(0, 16) + other.text.slice(16);
      for (const wrong of ["", "pw_", `${text}x`, text.slice(0, -1), mixed, text.toUpperCase()])
        expect(await test.store.keys.find(wrong)).toBeNull();
      const rows = await test.store.database.query("SELECT * FROM packwright.api_key");
      expect(JSON.stringify(rows)).not.toContain(text.slice(16));
    });

    it("refuses what is revoked or has expired", async () => {
      const { key, text } = await create();
      expect(await test.store.keys.revoke(key.id)).toBe(true);
      expect(await test.store.keys.revoke(key.id)).toBe(false);
      expect(await test.store.keys.find(text)).toBeNull();
      const old = await create({ expiresAt: new Date(Date.now() - 60_000) });
      expect(await test.store.keys.find(old.text)).toBeNull();
      const young = await create({ expiresAt: new Date(Date.now() + 60_000) });
      expect(await test.store.keys.find(young.text)).toMatchObject({ id: young.key.id });
      expect(await test.store.keys.list()).toHaveLength(3);
    });
  });

  describe("IdempotencyStore", () => {
    const begin = (caller = "me", key = "k") => test.store.idempotency.begin(caller, key);
    const settle = (holder: string, job: string, key = "k") =>
      test.store.database.transaction((within) =>
        test.store.idempotency.settle(within, { caller: "me", key, holder, sha256: "s" }, job),
      );
    const older = (interval: string) =>
      test.store.database.query(
        "UPDATE packwright.idempotency SET created_at = created_at - $1::text::interval, held_until = held_until - $1::text::interval",
        [interval],
      );
    const begun = async () => {
      const earlier = await begin();
      if (earlier.found !== "nothing") throw new Error(earlier.found);
      return earlier.holder;
    };

    it("lets one at a time go on, and tells the others of its job", async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => begin()));
      const [first, ...more] = all.filter(({ found }) => found === "nothing");
      expect(more).toEqual([]);
      expect(all.filter(({ found }) => found === "inProgress")).toHaveLength(5);
      const { holder } = first as { holder: string };
      expect((await begin("another")).found).toBe("nothing");
      const job = randomUUID();
      expect(await settle(holder, job)).toBe(true);
      expect(await begin()).toEqual({ found: "job", job, requestSha256: "s" });
      expect(await settle(holder, randomUUID())).toBe(false);
    });

    it("lets another go on where the first is not heard of, and the first not any more", async () => {
      const first = await begun();
      await older("14 seconds");
      expect((await begin()).found).toBe("inProgress");
      await test.store.idempotency.hold("me", "k", first);
      await older("14 seconds");
      expect((await begin()).found).toBe("inProgress");
      await older("2 seconds");
      const second = await begun();
      expect(await settle(first, randomUUID())).toBe(false);
      await test.store.idempotency.forget("me", "k", first);
      expect((await begin()).found).toBe("inProgress");
      expect(await settle(second, randomUUID())).toBe(true);
    });

    it("forgets a request that came to nothing, and no job", async () => {
      const first = await begun();
      await test.store.idempotency.forget("me", "k", first);
      const second = await begun();
      await test.store.idempotency.forgetHeld();
      expect(await settle(second, randomUUID())).toBe(false);
      const third = await begun();
      await settle(third, randomUUID());
      await test.store.idempotency.forget("me", "k", third);
      await test.store.idempotency.forgetHeld();
      expect((await begin()).found).toBe("job");
    });

    it("keeps jobs for a day", async () => {
      await settle(await begun(), randomUUID());
      await older("23 hours");
      await test.store.idempotency.expire();
      expect((await begin()).found).toBe("job");
      await older("2 hours");
      expect((await begin()).found).toBe("nothing");
      await older("25 hours");
      await test.store.idempotency.expire();
      expect(await test.store.database.query("SELECT key FROM packwright.idempotency")).toEqual([]);
    });
  });
});
