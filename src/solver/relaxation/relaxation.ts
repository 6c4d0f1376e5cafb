/**
 * The packing program with its integers let go, as the price search solves it (formulation.md, R1–R6): lots of like
 * orders choose among cells (lot × channel), cells use rows (what is scarce), packages supply rows.
 *
 *     min  Σ cost·x + Σ penalty·d + Σ cost·y
 *     R1   Σ_cells of a lot x + d = size                    worth, free
 *     R2   Σ entries·x − Σ supplies·y <= room               price >= 0
 *     R3   x_j <= share_j · Y_o   for cells with an opening  price >= 0
 *     R4   Y_o = Σ y of the packages of the opening
 *     R5   0 <= y <= max,  x, d >= 0
 *
 * All in doubles, scaled by the caller: what comes out steers and is made exact elsewhere.
 */
export interface Relaxation {
  /** `[lot]` */
  readonly size: Float64Array;
  readonly penalty: Float64Array;
  /** Cells of a lot: `cellStart[lot] .. cellStart[lot + 1]`. */
  readonly cellStart: Int32Array;
  /** `[cell]` */
  readonly cost: Float64Array;
  /** `[cell]` the opening that bounds it, or -1. */
  readonly opening: Int32Array;
  /** `[cell]` how much of the lot one package can take at most. */
  readonly share: Float64Array;
  /** Entries of a cell: `entryStart[cell] .. entryStart[cell + 1]`. */
  readonly entryStart: Int32Array;
  readonly entryRow: Int32Array;
  readonly entryUse: Float64Array;
  /** `[row]` what is there without packages. */
  readonly room: Float64Array;
  /** `[row]` rows of different blocks never meet in a lot or package, or -1 for rows that may meet any. */
  readonly rowBlock: Int32Array;
  /** `[package kind]` */
  readonly packageCost: Float64Array;
  readonly packageMax: Float64Array;
  /** `[package kind]` the opening it counts for, or -1. */
  readonly packageOpening: Int32Array;
  readonly supplyStart: Int32Array;
  readonly supplyRow: Int32Array;
  readonly supply: Float64Array;
  /** `[opening]` the block it belongs to, or -1. */
  readonly openingBlock: Int32Array;
}

/** Collects a {@link Relaxation} piece by piece: a lot, then its cells, each with its entries. */
export class RelaxationBuilder {
  readonly #size: number[] = [];
  readonly #penalty: number[] = [];
  readonly #cellStart: number[] = [];
  readonly #cost: number[] = [];
  readonly #opening: number[] = [];
  readonly #share: number[] = [];
  readonly #entryStart: number[] = [];
  readonly #entryRow: number[] = [];
  readonly #entryUse: number[] = [];
  readonly #room: number[] = [];
  readonly #rowBlock: number[] = [];
  readonly #packageCost: number[] = [];
  readonly #packageMax: number[] = [];
  readonly #packageOpening: number[] = [];
  readonly #supplyStart: number[] = [];
  readonly #supplyRow: number[] = [];
  readonly #supply: number[] = [];
  readonly #openingBlock: number[] = [];

  row(room: number, block = -1): number {
    this.#rowBlock.push(block);
    return this.#room.push(room) - 1;
  }

  opening(block = -1): number {
    return this.#openingBlock.push(block) - 1;
  }

  package(cost: number, max: number, opening = -1): void {
    this.#supplyStart.push(this.#supplyRow.length);
    this.#packageCost.push(cost);
    this.#packageMax.push(max);
    this.#packageOpening.push(opening);
  }

  /** What one of the package kind last added brings of a row; negative for what it takes. */
  supplies(row: number, amount: number): void {
    this.#supplyRow.push(row);
    this.#supply.push(amount);
  }

  lot(size: number, penalty: number): void {
    this.#cellStart.push(this.#cost.length);
    this.#size.push(size);
    this.#penalty.push(penalty);
  }

  cell(cost: number, opening = -1, share = 0): void {
    this.#entryStart.push(this.#entryRow.length);
    this.#cost.push(cost);
    this.#opening.push(opening);
    this.#share.push(share);
  }

  uses(row: number, amount: number): void {
    this.#entryRow.push(row);
    this.#entryUse.push(amount);
  }

  build(): Relaxation {
    return {
      size: Float64Array.from(this.#size),
      penalty: Float64Array.from(this.#penalty),
      cellStart: Int32Array.from([...this.#cellStart, this.#cost.length]),
      cost: Float64Array.from(this.#cost),
      opening: Int32Array.from(this.#opening),
      share: Float64Array.from(this.#share),
      entryStart: Int32Array.from([...this.#entryStart, this.#entryRow.length]),
      entryRow: Int32Array.from(this.#entryRow),
      entryUse: Float64Array.from(this.#entryUse),
      room: Float64Array.from(this.#room),
      rowBlock: Int32Array.from(this.#rowBlock),
      packageCost: Float64Array.from(this.#packageCost),
      packageMax: Float64Array.from(this.#packageMax),
      packageOpening: Int32Array.from(this.#packageOpening),
      supplyStart: Int32Array.from([...this.#supplyStart, this.#supplyRow.length]),
      supplyRow: Int32Array.from(this.#supplyRow),
      supply: Float64Array.from(this.#supply),
      openingBlock: Int32Array.from(this.#openingBlock),
    };
  }
}
