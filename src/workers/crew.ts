import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Problem } from "../solver/problem.js";
import type { Crew, Pass, PassKind, PassKinds } from "../solver/proof/crew.js";
import { passOf } from "../solver/proof/passes.js";

/** Rows of a slice. Passes of fewer than {@link WORTH_HELP} slices are done before help could come. */
const SLICE = 16_384;
const WORTH_HELP = 4;
/** How long to wait for a helper's slice before looking whether it is still there. */
const LOOK_MS = 20;

/** Places in {@link Job.state}: the next slice that nobody has taken, slices done by helpers, and whether one was lost. */
const NEXT = 0;
const DONE = 1;
const LOST = 2;

/** A pass that any idle thread may help with. Its slices are taken one by one, and what they bring comes by the port. */
export interface Job {
  readonly kind: PassKind;
  readonly input: PassKinds[PassKind]["input"];
  readonly rows: number;
  /** On shared memory. */
  readonly state: Int32Array;
}

interface Brought {
  readonly slice: number;
  readonly output: PassKinds[PassKind]["output"];
}

/** A thread that does passes, and asks idle ones to help. */
export class SharedCrew implements Crew {
  readonly #helpers: number;
  readonly #call: (job: Job, ports: readonly MessagePort[]) => void;

  /**
   * @param helpers that may come at most
   * @param call asks for them, one for each port; ports that nobody takes are to be closed
   */
  constructor(helpers: number, call: (job: Job, ports: readonly MessagePort[]) => void) {
    this.#helpers = helpers;
    this.#call = call;
  }

  run<Kind extends PassKind>(pass: Pass<Kind>): readonly PassKinds[Kind]["output"][] {
    const count = sliceCount(pass.rows);
    if (this.#helpers === 0 || count < WORTH_HELP) return [pass.slice(0, pass.rows)];
    const { kind, input, rows } = pass;
    const state = new Int32Array(new SharedArrayBuffer(12));
    const channels = Array.from({ length: this.#helpers }, () => new MessageChannel());
    this.#call(
      { kind, input, rows, state },
      channels.map(({ port2 }) => port2),
    );
    const outputs = new Array<PassKinds[Kind]["output"] | undefined>(count);
    let own = 0;
    for (let slice = take(state, count); slice >= 0; slice = take(state, count)) {
      outputs[slice] = sliceOf(pass, slice);
      own++;
    }
    // What helpers have taken is on its way, unless one was lost with it.
    while (Atomics.load(state, LOST) === 0) {
      const done = Atomics.load(state, DONE);
      if (own + done === count) break;
      Atomics.wait(state, DONE, done, LOOK_MS);
    }
    for (const { port1 } of channels) {
      for (let news = receiveMessageOnPort(port1); news; news = receiveMessageOnPort(port1)) {
        const { slice, output } = news.message as Brought;
        outputs[slice] = output as PassKinds[Kind]["output"];
      }
      port1.close();
    }
    return Array.from(outputs, (output, slice) => (output === undefined ? sliceOf(pass, slice) : output));
  }
}

/** Does slices of somebody else's pass for as long as there are any. */
export function help(problem: Problem, { kind, input, rows, state }: Job, port: MessagePort): void {
  const pass = passOf(problem, kind, input);
  const count = sliceCount(rows);
  for (let slice = take(state, count); slice >= 0; slice = take(state, count)) {
    const output = sliceOf(pass, slice);
    port.postMessage({ slice, output } satisfies Brought);
    Atomics.add(state, DONE, 1);
    Atomics.notify(state, DONE);
  }
  port.close();
}

/** Tells whoever waits for a helper that it will not come back: what it had taken has to be done again. */
export function helperLost({ state }: Job): void {
  Atomics.store(state, LOST, 1);
  Atomics.notify(state, DONE);
}

function sliceCount(rows: number): number {
  return Math.ceil(rows / SLICE);
}

function take(state: Int32Array, count: number): number {
  const slice = Atomics.add(state, NEXT, 1);
  return slice < count ? slice : -1;
}

function sliceOf<Kind extends PassKind>(pass: Pass<Kind>, slice: number): PassKinds[Kind]["output"] {
  return pass.slice(slice * SLICE, Math.min(pass.rows, (slice + 1) * SLICE));
}
