import { HttpProblem } from "./httpProblem.js";
import type { Limits } from "./limits.js";
import type { RowCounter } from "./rowCounter.js";

/**
 * Passes orders on as they come, and ends where there are more than are taken.
 *
 * @param counter of their format, which has counted them once all have been passed on
 * @throws HttpProblem where there are too many
 */
export async function* countedOrders(
  body: AsyncIterable<Buffer>,
  counter: RowCounter,
  limits: Limits,
): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  for await (const piece of body) {
    // Readers of orders unpack what is packed, to whatever it comes to: here it must be counted first.
    if (head.length < 2) {
      head = Buffer.concat([head, piece.subarray(0, 2)]);
      if (head[0] === 0x1f && head[1] === 0x8b) throw packed();
    }
    counter.push(piece);
    mustBeFew(counter.rows, limits);
    mustBeShort(counter.open);
    yield piece;
  }
}

/** @throws HttpProblem where there are more orders than are taken */
export function mustBeFew(count: number, { orders: most }: Pick<Limits, "orders">): void {
  if (count > most)
    throw new HttpProblem(422, "TOO_MANY_ORDERS", `More than ${most} orders are not taken here.`, {
      detail: "Plan fewer at a time, or start the service with a larger --max-orders.",
    });
}

/** Of an order. */
const LONGEST = 2 ** 20;

/** @param bytes of one order @throws HttpProblem where nobody could mean it */
export function mustBeShort(bytes: number): void {
  if (bytes > LONGEST)
    throw new HttpProblem(422, "ORDER_TOO_LARGE", `An order of more than ${LONGEST} bytes is not taken.`, {
      detail: "Is a line break or a quote missing?",
    });
}

function packed(): HttpProblem {
  return new HttpProblem(
    415,
    "UNKNOWN_ENCODING",
    "The body is packed with gzip, but its head does not say so.",
    {
      detail: "Send `Content-Encoding: gzip` with it.",
    },
  );
}
