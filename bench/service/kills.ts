import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { realistic, rng } from "../../test/conformance/instances.mjs";
import { jsonOf, mustBeWhole, PatientCaller } from "../../test/support/killing.js";
import { startPostgres } from "../../test/support/postgres.js";
import { type ServiceProcess, startService, startWorker } from "../../test/support/service.js";
import { count, duration, percent } from "../format.js";
import type { BenchOptions, Section } from "../section.js";

/** What is killed, and how often. */
const KINDS = [
  { name: "service, data in a folder", kills: 20 },
  { name: "service, PostgreSQL", kills: 10 },
  { name: "worker, PostgreSQL", kills: 10 },
  { name: "PostgreSQL", kills: 10 },
] as const;
const SLOTS = ["--slots", "1", "--small-slots", "1", "--threads", "1"];
/** Of the moments, as many are while a job runs. */
const WHILE_RUNNING = 0.8;
/** And so many must have been in the end: a job may be done, or wait again, when it comes to the kill. */
const MOST = 0.6;
const ASKED_SECONDS = 15;

interface Tally {
  kills: number;
  whileRunning: number;
  jobs: number;
  whole: number;
  repeats: number;
  /** Seconds from a kill to the next beginning of a job that it struck. */
  retaken: number[];
}

/** Processes killed at random moments in the life of jobs. */
export async function kills({ quick, dir, say }: BenchOptions): Promise<Section> {
  const random = rng(7);
  realistic(dir, { N: 1_000, B: 15, C: 6, seed: 5 });
  const rows: string[][] = [];
  const all: Tally[] = [];
  for (const { name, kills: most } of KINDS) {
    const tally: Tally = { kills: 0, whileRunning: 0, jobs: 0, whole: 0, repeats: 0, retaken: [] };
    const place = join(dir, name.replaceAll(/\W+/g, "-"));
    mkdirSync(place);
    await campaign(name, { dir, place, rounds: quick ? 2 : most, tally, random, say });
    all.push(tally);
    rows.push([
      name,
      count(tally.kills),
      count(tally.whileRunning),
      `${count(tally.whole)} of ${count(tally.jobs)}`,
      tally.retaken.length === 0 ? "" : duration(1_000 * Math.max(...tally.retaken)),
      count(tally.repeats),
    ]);
  }
  const jobs = all.reduce((sum, tally) => sum + tally.jobs, 0);
  const whole = all.reduce((sum, tally) => sum + tally.whole, 0);
  const struck = all.reduce((sum, tally) => sum + tally.kills, 0);
  const whileRunning = all.reduce((sum, tally) => sum + tally.whileRunning, 0);
  const latest = Math.max(0, ...all.flatMap(({ retaken }) => retaken));
  return {
    tables: [
      {
        caption:
          "`kill -9` at random moments while two plans of 1,000 orders are asked for, wait and run; what was killed is started again at once. " +
          "Whole: ended as done, once, with six files whose rows are as many as the plan counts, and `packwright verify` holds.",
        columns: [
          "killed",
          "kills",
          "while a job ran",
          "jobs whole",
          "begun again within",
          "requests repeated",
        ],
        rows,
      },
    ],
    targets: [
      {
        name: `jobs accepted under ${count(struck)} kills end once, whole and verifiable`,
        asked: "all",
        measured: `${count(whole)} of ${count(jobs)}`,
        met: whole === jobs,
      },
      {
        name: "kills while a job runs",
        asked: `≥ ${percent(MOST)}`,
        measured: `${count(whileRunning)} of ${count(struck)}`,
        met: whileRunning >= MOST * struck,
      },
      {
        name: "a lost worker's job begins again",
        asked: `≤ ${ASKED_SECONDS} s`,
        measured: duration(1_000 * latest),
        met: latest <= ASKED_SECONDS,
      },
    ],
  };
}

interface CampaignOptions {
  readonly dir: string;
  readonly place: string;
  readonly rounds: number;
  readonly tally: Tally;
  readonly random: () => number;
  readonly say: (text: string) => void;
}

async function campaign(kind: string, options: CampaignOptions): Promise<void> {
  const { dir, place, rounds, tally, random, say } = options;
  const onFolder = kind.endsWith("folder");
  const server = onFolder ? null : await startPostgres();
  const where = server === null ? ["--data", join(place, "data")] : ["--database-url", await server.url()];
  // On PostgreSQL two processes work beside the service, so that one is left whichever is killed.
  const startServe = () =>
    startService([...where, ...(server === null ? SLOTS : ["--no-work"]), "--log-level", "warn"]);
  const startWork = () => startWorker([...where, ...SLOTS, "--log-level", "info"]);
  let service: ServiceProcess = await startServe();
  const working: ServiceProcess[] = server === null ? [] : await Promise.all([startWork(), startWork()]);
  const caller = new PatientCaller(() => service.said);
  const { channels, orders } = jsonOf(dir);
  try {
    await caller.put("/v1/order-sets/night", "text/csv", orders);
    for (let round = 0; round < rounds; round++) {
      const asked = [1, 2].map((seed) =>
        caller.submit("/v1/plans", {
          channels,
          orders: { set: "night" },
          options: { timeLimit: 1 + random(), seed },
        }),
      );
      if (random() < WHILE_RUNNING) {
        await caller.when(await asked[0]!, ({ state }) => state !== "queued");
        await setTimeout(random() * 1_200);
      } else await setTimeout(random() * 500);
      const running = (await caller.list()).filter(({ state }) => state === "running");
      const killedAt = Date.now();
      if (kind.startsWith("service")) {
        await service.end("SIGKILL");
        service = await startServe();
      } else if (kind.startsWith("worker")) {
        // One that has a job, where there is such a one.
        const struck = working.findIndex((each) =>
          each.told("job began").some(({ job }) => running.some(({ id }) => id === job)),
        );
        await working.splice(Math.max(0, struck), 1)[0]!.end("SIGKILL");
        working.push(await startWork());
      } else {
        await server!.kill();
        await setTimeout(random() * 2_000);
        await server!.start();
      }
      tally.kills++;
      if (running.length > 0) tally.whileRunning++;
      for (const id of await Promise.all(asked)) {
        const job = await caller.ended(id);
        tally.jobs++;
        const own = join(place, id);
        mkdirSync(own);
        await mustBeWhole(caller, job, own);
        tally.whole++;
        const before = running.find((each) => each.id === id);
        if (before !== undefined && job.attempt > before.attempt)
          tally.retaken.push((Date.parse(job.startedAt!) - killedAt) / 1_000);
      }
      if ((round + 1) % 5 === 0 || round + 1 === rounds) say(`${kind}: ${round + 1} of ${rounds}`);
    }
    // No request led to two jobs, however often it was repeated.
    const made = (await caller.list()).length;
    if (made !== tally.jobs) throw new Error(`${tally.jobs} jobs were asked for and ${made} made`);
    tally.repeats = caller.repeats;
  } finally {
    for (const each of working) await each.end("SIGKILL");
    await service.end("SIGKILL");
    await server?.remove();
  }
}
