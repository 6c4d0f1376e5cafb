import {
  type CheckInput,
  type CheckReport,
  checkPlan,
  type Examined,
  examine,
  type Judgement,
  judgePlan,
  pricesOf,
  type StatedRoom,
} from "../check/index.js";
import type { Certificate } from "../model/certificate.js";
import type { Contract } from "../model/contract.js";
import type { OrderTable } from "../model/order.js";
import type { GivenPlan, PlanFolder } from "../model/planFolder.js";

/** Somebody who checks plans of the same inputs, wherever the work is done. */
export interface Checker {
  /**
   * What more room is worth by the prices of a certificate.
   *
   * @param packages `[channel]` of the plan
   * @param volumes `[channel]` of the plan, in the unit of the channel's terms of volume
   */
  prices(
    certificate: Certificate,
    packages: readonly number[],
    volumes?: readonly bigint[],
  ): Promise<StatedRoom>;
  /** @param ids of orders, by row, for messages */
  check(
    folder: PlanFolder,
    files: CheckInput["inputs"],
    ids?: ReadonlyMap<number, string>,
  ): Promise<CheckReport>;
  /**
   * Prices a plan that somebody else made.
   *
   * @param ids of orders, by row, for messages
   */
  judge(given: GivenPlan, ids?: ReadonlyMap<number, string>): Promise<Judgement>;
  close(): Promise<void>;
}

/** Works in the thread at hand, when it is asked. */
export class CheckerHere implements Checker {
  readonly #contract: Contract;
  readonly #orders: OrderTable;
  #examined: Examined | undefined;

  constructor(contract: Contract, orders: OrderTable) {
    this.#contract = contract;
    this.#orders = orders;
  }

  /** Works out ahead what follows from the inputs alone. */
  prepare(): void {
    this.#inputs().baselines();
  }

  #inputs(): Examined {
    this.#examined ??= examine(this.#contract, this.#orders);
    return this.#examined;
  }

  async prices(certificate: Certificate, packages: readonly number[], volumes?: readonly bigint[]) {
    return pricesOf(this.#inputs(), certificate, packages, volumes);
  }

  async check(folder: PlanFolder, inputs: CheckInput["inputs"], ids?: ReadonlyMap<number, string>) {
    return checkPlan({
      contract: this.#contract,
      orders: this.#orders,
      folder,
      inputs,
      examined: this.#inputs(),
      ...(ids === undefined ? {} : { orderId: (row: number) => ids.get(row) ?? String(row) }),
    });
  }

  async judge(given: GivenPlan, ids?: ReadonlyMap<number, string>) {
    return judgePlan(this.#inputs(), given, (row) => ids?.get(row) ?? `in row ${row + 1}`);
  }

  async close(): Promise<void> {}
}
