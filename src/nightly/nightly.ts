import { Loops } from "../jobs/loop.js";
import { isAway } from "../store/database.js";
import type { NightLease } from "../store/nightStore.js";
import type { Schedule } from "./config.js";
import { dueInstants } from "./cron.js";
import { LEASE_SECONDS } from "./keeper.js";
import { type NightEnd, workNight } from "./night.js";
import type { NightParts } from "./nightParts.js";
import { enteredAfter } from "./nightTimes.js";

const LOOK_MS = 500;
/** What was due while nobody was there is told as missed for so many due instants of a schedule, the latest. */
const MISSED = 100;
/** Nights of one schedule at a time: after an outage all of a day are due, and each asks the same source. */
const AT_ONCE = 8;

/** Enters the nights of schedules when they are due, and works on those that nobody works on. Any number of processes can do so at once. */
export class Nightly {
  readonly #schedules: readonly Schedule[];
  readonly #parts: NightParts;
  readonly #owner: string;
  readonly #loops = new Loops();
  readonly #calendars = new Map<Schedule, Calendar>();
  /** Nights that are being worked on here, by schedule. */
  readonly #open = new Map<string, number>();

  /** @param owner what this process is called in the database */
  constructor(schedules: readonly Schedule[], owner: string, parts: NightParts) {
    this.#schedules = schedules;
    this.#owner = owner;
    this.#parts = parts;
  }

  start(): void {
    this.#loops.repeat(() => this.#look());
  }

  /** Leaves what is under way for whoever comes next. */
  stop(): Promise<void> {
    return this.#loops.stop();
  }

  async #look(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      for (const schedule of this.#schedules) await this.#enter(await this.#calendarOf(schedule));
      for (;;) {
        const ids = this.#schedules.map(({ id }) => id).filter((id) => this.#openOf(id) < AT_ONCE);
        const lease = await store.nights.claim(ids, this.#owner, LEASE_SECONDS);
        if (lease === null) break;
        this.#begin(lease);
      }
    } catch (error) {
      // What was not entered is due again, as the database has it: entering twice is entering once.
      this.#calendars.clear();
      if (isAway(error)) log.warn({ reason: error.message }, "the database does not answer");
      else log.error({ err: error }, "trouble with nights");
    }
    await this.#loops.pause(LOOK_MS);
  }

  async #calendarOf(schedule: Schedule): Promise<Calendar> {
    const known = this.#calendars.get(schedule);
    if (known !== undefined) return known;
    const { store, clock } = this.#parts;
    const now = clock.now();
    const since = await store.nights.since(
      schedule.id,
      `${schedule.cron} ${schedule.timeZone}`,
      new Date(now),
    );
    const dues = dueInstants(schedule, Math.max(since.getTime(), enteredAfter(schedule, now)));
    const calendar = { schedule, dues, next: dues.next().value as number };
    this.#calendars.set(schedule, calendar);
    return calendar;
  }

  async #enter(calendar: Calendar): Promise<void> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const due: number[] = [];
    let next = calendar.next;
    while (next <= now) {
      due.push(next);
      next = calendar.dues.next().value as number;
    }
    for (const each of due.slice(-MISSED)) await store.nights.enter(calendar.schedule.id, new Date(each));
    calendar.next = next;
  }

  #openOf(schedule: string): number {
    return this.#open.get(schedule) ?? 0;
  }

  #begin(lease: NightLease): void {
    const schedule = this.#schedules.find(({ id }) => id === lease.night.schedule)!;
    const { log } = this.#parts;
    const told = {
      schedule: schedule.id,
      due: lease.night.due.toISOString(),
      revision: lease.night.revision,
    };
    log.info({ ...told, state: lease.night.state }, "night begins");
    const work = workNight(lease, schedule, this.#parts, this.#loops.signal)
      .then((end) => tellEnd(end, told, this.#parts))
      // Not written down how it came out: its lease runs out, and it is taken again.
      .catch((error: Error) => log.error({ ...told, err: error }, "trouble with a night"))
      .finally(() => this.#open.set(schedule.id, this.#openOf(schedule.id) - 1));
    this.#open.set(schedule.id, this.#openOf(schedule.id) + 1);
    this.#loops.begin(work);
  }
}

interface Calendar {
  readonly schedule: Schedule;
  readonly dues: Generator<number>;
  next: number;
}

function tellEnd(end: NightEnd | null, told: object, { log }: NightParts): void {
  if (end === null) log.info(told, "night left to others");
  else if (end.state === "done") log.info({ ...told, complete: end.complete }, "night delivered");
  else if (end.state === "unchanged") log.info(told, "night unchanged");
  else {
    const { code, total } = end.problem as { code: string; total?: number };
    log.error({ ...told, state: end.state, code, total }, "night failed");
  }
}
