import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { openSimulation, type Simulation } from "../app/simulation.js";
import type { SimulationAnswer } from "../app/simulationAnswer.js";
import { badOutcome } from "./outcome.js";
import type { FromSimulator, SimulatorOutcome, ToSimulator } from "./simulator.js";
import { INPUTS } from "./task.js";

/** The process of simulations: plans that are open, each answering one question after the other. */

// Orders and plans are for this user alone, wherever they are written meanwhile.
process.umask(0o077);

const simulations = new Map<string, { readonly dir: string; readonly opening: Promise<Simulation> }>();
const asked = new Map<number, AbortController>();

process.on("message", (message: ToSimulator) => {
  switch (message.type) {
    case "open":
      return void answer(message.number, message.dir, async () => {
        const opening = open(message);
        simulations.set(message.plan, { dir: message.dir, opening });
        await opening;
        return {};
      });
    case "ask": {
      const { number, plan } = message;
      const open = simulations.get(plan);
      if (open === undefined)
        return tell(number, {
          ok: false,
          fault: { code: "WORKER_DIED", message: "The process that had opened the plan has ended." },
        });
      return void answer(number, open.dir, async (signal) => {
        const simulation = await open.opening;
        const { question, name, within, gap } = message;
        const told = await simulation.answer(question, {
          name,
          ...(within === undefined ? {} : { within }),
          ...(gap === undefined ? {} : { gap }),
          signal,
        });
        return withoutPlaces(told);
      });
    }
    case "giveUp":
      return asked.get(message.number)?.abort();
    case "close":
      return void close(message.plan);
  }
});
// Whoever asked is gone.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C in a terminal, its end, and whoever stops a service reach all processes of it; the one that started this one ends it.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});

async function open({
  dir,
  threads,
  maxChannels,
  maxOrders,
}: Extract<ToSimulator, { type: "open" }>): Promise<Simulation> {
  const names = await readdir(dir);
  const find = (start: string) => join(dir, names.find((name) => name.startsWith(`${start}.`))!);
  return openSimulation({
    channels: find(INPUTS.channels),
    orders: find(INPUTS.orders),
    folder: join(dir, INPUTS.plan),
    ...(threads === undefined ? {} : { threads }),
    ...(maxChannels === undefined ? {} : { maxChannels }),
    ...(maxOrders === undefined ? {} : { maxOrders }),
  });
}

/** The inputs by their names, as in the plan itself: callers are told of no place of this machine. */
function withoutPlaces({ plan, ...answer }: SimulationAnswer): SimulationAnswer {
  const named = <File extends { readonly file: string | null }>(input: File): File => ({
    ...input,
    file: input.file === null ? null : basename(input.file),
  });
  const inputs = { channels: named(plan.inputs.channels), orders: named(plan.inputs.orders) };
  return { ...answer, plan: { ...plan, inputs } };
}

async function close(plan: string): Promise<void> {
  const closed = simulations.get(plan);
  simulations.delete(plan);
  // One that could not be opened has nothing to close.
  const simulation = await closed?.opening.catch(() => undefined);
  await simulation?.close();
}

async function answer(
  number: number,
  dir: string,
  work: (signal: AbortSignal) => Promise<object>,
): Promise<void> {
  tell(number);
  const controller = new AbortController();
  asked.set(number, controller);
  const outcome = await outcomeOf(() => work(controller.signal), dir, controller.signal);
  asked.delete(number);
  tell(number, outcome);
}

/** @param outcome none yet where it has only been taken */
function tell(number: number, outcome?: SimulatorOutcome): void {
  // The other side is gone: so is whoever wanted to know.
  if (process.connected)
    process.send!({ number, ...(outcome === undefined ? {} : { outcome }) } satisfies FromSimulator);
}

async function outcomeOf(
  work: () => Promise<object>,
  dir: string,
  signal: AbortSignal,
): Promise<SimulatorOutcome> {
  try {
    return { ok: true, answer: await work() };
  } catch (error) {
    if (signal.aborted && error === signal.reason) return { ok: false, givenUp: true };
    return badOutcome(error, dir);
  }
}
