import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Problem } from "../solver/problem.js";
import type { Crew, Pass } from "../solver/proof/crew.js";
import { passOf } from "../solver/proof/passes.js";

/** Rows of a slice. Passes of fewer than {@link WORTH_HELP} slices are done before help could come. */
const SLICE = 16_384;
const WORTH_HELP = 4;
/** How long to wait for helpers before looking again. */
const LOOK_MS = 20;

/**
 * How far a pass is, on shared memory: the next slice that nobody has taken, how many there are, something that changes with
 * every slice and helper that is done, and from {@link HELPERS} on what each helper is about.
 */
export type PassState = Int32Array;
const NEXT = 0;
const COUNT = 1;
const NEWS = 2;
const HELPERS = 3;
const WORKING = 1;
const ENDED = 2;

/** What a helper hears first by its port. */
interface Job extends Pick<Pass<unknown>, "kind" | "input" | "rows"> {
  readonly helper: number;
  readonly state: PassState;
}

/** What it says then, slice by slice. */
interface Brought {
  readonly slice: number;
  readonly output: unknown;
}

/** A thread that does passes, and asks idle ones to help. */
export class SharedCrew implements Crew {
  readonly #helpers: number;
  readonly #call: (state: PassState, ports: readonly MessagePort[]) => void;

  /**
   * @param helpers that may come at most
   * @param call asks for them, each with one of the ports; ports that nobody takes are to be closed
   */
  constructor(helpers: number, call: (state: PassState, ports: readonly MessagePort[]) => void) {
    this.#helpers = helpers;
    this.#call = call;
  }

  run<Output>(pass: Pass<Output>): readonly Output[] {
    const count = Math.ceil(pass.rows / SLICE);
    if (this.#helpers === 0 || count < WORTH_HELP) return [pass.slice(0, pass.rows)];
    const { kind, input, rows } = pass;
    const state = new Int32Array(new SharedArrayBuffer(4 * (HELPERS + this.#helpers)));
    state[COUNT] = count;
    const ports = Array.from({ length: this.#helpers }, (_, helper) => {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage({ kind, input, rows, helper, state } satisfies Job);
      return { own: port1, theirs: port2 };
    });
    this.#call(
      state,
      ports.map(({ theirs }) => theirs),
    );
    const outputs = new Array<Output | undefined>(count);
    const collect = () => {
      for (const { own } of ports)
        for (let news = receiveMessageOnPort(own); news; news = receiveMessageOnPort(own)) {
          const { slice, output } = news.message as Brought;
          outputs[slice] = output as Output;
        }
    };
    for (let slice = take(state); slice >= 0; slice = take(state)) {
      outputs[slice] = sliceOf(pass, slice);
      collect();
    }
    // Slices that helpers have taken are on their way; whoever comes now finds none.
    for (let news = Atomics.load(state, NEWS); isHelped(state); news = Atomics.load(state, NEWS)) {
      Atomics.wait(state, NEWS, news, LOOK_MS);
      collect();
    }
    collect();
    for (const { own } of ports) own.close();
    // What is still missing was lost with its helper.
    return Array.from(outputs, (output, slice) => (output === undefined ? sliceOf(pass, slice) : output));
  }
}

/** Does slices of somebody else's pass for as long as there are any. */
export function help(problem: Problem, port: MessagePort): void {
  try {
    const job = receiveMessageOnPort(port)?.message as Job | undefined;
    if (job === undefined) return;
    const { state, helper } = job;
    Atomics.store(state, HELPERS + helper, WORKING);
    try {
      const pass = { ...job, slice: sliceMaker(problem, job) };
      for (let slice = take(state); slice >= 0; slice = take(state)) {
        port.postMessage({ slice, output: sliceOf(pass, slice) } satisfies Brought);
        tell(state);
      }
    } finally {
      endHelp(state, helper);
    }
  } finally {
    port.close();
  }
}

/** Makes the pass when its first slice is taken: who comes late has nothing to do. */
function sliceMaker(problem: Problem, job: Job): Pass<unknown>["slice"] {
  let pass: Pass<unknown> | undefined;
  return (from, to) => {
    pass ??= passOf(problem, job);
    return pass.slice(from, to);
  };
}

/** Tells whoever waits that a helper brings nothing any more: done, or dead. */
export function endHelp(state: PassState, helper: number): void {
  Atomics.store(state, HELPERS + helper, ENDED);
  tell(state);
}

/** Whether there are slices left that nobody has taken. */
export function wantsHelp(state: PassState): boolean {
  return Atomics.load(state, NEXT) < state[COUNT]!;
}

function isHelped(state: PassState): boolean {
  for (let helper = HELPERS; helper < state.length; helper++)
    if (Atomics.load(state, helper) === WORKING) return true;
  return false;
}

function tell(state: PassState): void {
  Atomics.add(state, NEWS, 1);
  Atomics.notify(state, NEWS);
}

function take(state: PassState): number {
  const slice = Atomics.add(state, NEXT, 1);
  return slice < state[COUNT]! ? slice : -1;
}

function sliceOf<Output>(pass: Pick<Pass<Output>, "rows" | "slice">, slice: number): Output {
  return pass.slice(slice * SLICE, Math.min(pass.rows, (slice + 1) * SLICE));
}
