import type { Channel } from "../../model/contract.js";

/**
 * Prices of rows of a queue that follow each other, in cost units: the first at `price` for a place or package, each next
 * `step` less; and for one minor unit of amount likewise.
 */
export interface SlotPiece {
  readonly rows: number;
  readonly price: number;
  readonly step: number;
  readonly amount: number;
  readonly amountStep: number;
}

/** Like orders that are expected on a channel. */
export interface QueuedOrders {
  readonly orders: number;
  /** Of one of them: in minor units, in millionths. */
  readonly amount: number;
  readonly weight: number;
}

/** Pieces of a curve, at most about; each costs every order a look. */
const PIECES = 12;
/** What a piece may be off, of the price of the first row. */
const NEAR = 0.002;

/** Rows that all cost as much more than the next. */
export function evenSlots(rows: number, step: number): SlotPiece[] {
  return rows === 0 || step === 0 ? [] : [{ rows, price: rows * step, step, amount: 0, amountStep: 0 }];
}

/**
 * Prices at which the orders expected on a batch channel that mixes its keys are content with the rows they would best be
 * in: those with the least amount for their weight go first, as more of them fit into a package (Smith's rule,
 * doi:10.1002/nav.3800030106). As long as places fill before amount does, rows pay by places; from there on by amount.
 *
 * @param rows that cost something; the one after them is the last that is used
 * @param queue by amount per weight, the least first
 * @param rate cost units for an order of weight 1 (in millionths) waiting one microsecond
 */
export function slotPrices(
  { queue: { lanes, perPackage }, package: { maxOrders, maxAmount } }: Channel,
  rows: number,
  queue: readonly QueuedOrders[],
  rate: number,
): SlotPiece[] {
  const each = rate * perPackage;
  if (rows === 0 || each === 0 || queue.length === 0) return [];
  const head = placesFirst(queue, maxOrders, maxAmount);
  // Packages may be forced to be more than places fill: without a limit of amount, there is nothing else to pay for.
  if (maxAmount === Infinity) return evenSlots(rows, each * head.weight);
  const headRows = Math.min(rows, Math.ceil(head.orders / (lanes * maxOrders)) - 1);
  /** `[row]`, from 0: what a minor unit pays. */
  const amount = new Float64Array(rows + 1);
  let first = queue.length - 1;
  let before = queue.reduce((sum, { orders, amount: one }) => sum + orders * one, 0);
  before -= queue[first]!.orders * queue[first]!.amount;
  for (let row = rows - 1; row >= Math.max(0, headRows); row--) {
    while (first > 0 && before > (row + 1) * lanes * maxAmount) {
      first--;
      before -= queue[first]!.orders * queue[first]!.amount;
    }
    amount[row] = amount[row + 1]! + (each * queue[first]!.weight) / queue[first]!.amount;
  }
  const pieces: SlotPiece[] = [];
  if (headRows > 0) {
    const step = each * head.weight;
    pieces.push({ rows: headRows, price: headRows * step, step, amount: amount[headRows]!, amountStep: 0 });
  }
  return [...pieces, ...curve(amount, Math.max(0, headRows), rows)];
}

/** Orders that go first and together fill places no later than amount; their number and mean weight. */
function placesFirst(
  queue: readonly QueuedOrders[],
  maxOrders: number,
  maxAmount: number,
): { readonly orders: number; readonly weight: number } {
  if (maxOrders === Infinity) return { orders: 0, weight: 0 };
  let count = 0;
  let amount = 0;
  let weight = 0;
  for (const { orders, amount: one, weight: own } of queue) {
    const most = (count * maxAmount - amount * maxOrders) / (one * maxOrders - maxAmount);
    // Orders no larger than a place's share of the amount never fill it first.
    const fitting = one * maxOrders <= maxAmount ? orders : Math.min(orders, Math.max(0, most));
    count += fitting;
    amount += fitting * one;
    weight += fitting * own;
    if (fitting < orders) break;
  }
  return { orders: count, weight: count === 0 ? 0 : weight / count };
}

/** Rows `from` to before `to` of a falling convex curve in few straight pieces that start and end on it. */
function curve(values: Float64Array, from: number, to: number): SlotPiece[] {
  const pieces = from < to ? [{ from, to, ...farthest(values, from, to) }] : [];
  while (pieces.length < PIECES) {
    const worst = pieces.reduce((a, b, i) => (b.off > pieces[a]!.off ? i : a), 0);
    const piece = pieces[worst];
    if (piece === undefined || piece.off <= NEAR * values[from]!) break;
    const cut = piece.at + 1;
    pieces.splice(
      worst,
      1,
      { from: piece.from, to: cut, ...farthest(values, piece.from, cut) },
      { from: cut, to: piece.to, ...farthest(values, cut, piece.to) },
    );
  }
  return pieces.map((piece) => {
    const rows = piece.to - piece.from;
    const amount = values[piece.from]!;
    const amountStep = rows === 1 ? 0 : (amount - values[piece.to - 1]!) / (rows - 1);
    return { rows, price: 0, step: 0, amount, amountStep };
  });
}

/** Where a curve is farthest from the chord of its rows `from` to before `to`, and by how much. */
function farthest(values: Float64Array, from: number, to: number): { at: number; off: number } {
  const slope = to - from < 2 ? 0 : (values[to - 1]! - values[from]!) / (to - 1 - from);
  let at = from;
  let off = 0;
  for (let row = from; row < to; row++) {
    const distance = Math.abs(values[from]! + slope * (row - from) - values[row]!);
    if (distance > off) {
      off = distance;
      at = row;
    }
  }
  return { at, off };
}

/** What the rows at the ends of pieces cost, and the first after all: some order's cheapest is always among them. */
export function slotEnds(
  pieces: readonly SlotPiece[],
): { readonly row: number; readonly price: number; readonly amount: number }[] {
  const ends = [];
  let row = 1;
  for (const { rows, price, step, amount, amountStep } of pieces) {
    ends.push({ row, price, amount });
    const later = rows - 1;
    if (later > 0)
      ends.push({ row: row + later, price: price - later * step, amount: amount - later * amountStep });
    row += rows;
  }
  ends.push({ row, price: 0, amount: 0 });
  return ends;
}

/** What a slot of a row costs, from 1: for a place or package, and for one minor unit. */
export function slotAt(
  pieces: readonly SlotPiece[],
  row: number,
): { readonly price: number; readonly amount: number } {
  let first = 1;
  for (const { rows, price, step, amount, amountStep } of pieces) {
    const later = row - first;
    if (later < rows) return { price: price - later * step, amount: amount - later * amountStep };
    first += rows;
  }
  return { price: 0, amount: 0 };
}

/** A row of a queue: when its orders finish, in microseconds, and what its slots cost for a place and for a minor unit. */
export interface RowTerms {
  readonly time: number;
  readonly price: number;
  readonly amount: number;
}

/** Cost units that an order pays at least for waiting and its slot; 0 where it is not known what rows there are. */
export function leastWait(rows: readonly RowTerms[], ofAmount: number, rate: number): number {
  let least = Infinity;
  for (const { time, price, amount } of rows)
    least = Math.min(least, price + amount * ofAmount + rate * time);
  return rows.length === 0 ? 0 : least;
}
