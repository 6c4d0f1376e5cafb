/** What may go into a package: lots of orders with what one of each brings in, all by position. */
export interface Goods {
  count: number;
  readonly lot: Int32Array;
  readonly margin: Float64Array;
  /** Steps of amount. */
  readonly size: Int32Array;
  /** Most orders of the lot. */
  readonly copies: Int32Array;
}

export function emptyGoods(most: number): Goods {
  return {
    count: 0,
    lot: new Int32Array(most),
    margin: new Float64Array(most),
    size: new Int32Array(most),
    copies: new Int32Array(most),
  };
}
