import { ndjsonOf } from "./lines.js";
import type { CallOptions, Transport } from "./transport.js";
import type { TablePage } from "./types.js";

export interface PageOptions extends CallOptions {
  /** Rows of a page at most, 1 to 1,000; default 100. */
  readonly limit?: number;
  /** `next` of the page before; default the first. */
  readonly cursor?: string;
}

/** A table of a plan. Iterating over it reads all rows as they come. */
export interface Table<Row> extends AsyncIterable<Row> {
  page(options?: PageOptions): Promise<TablePage<Row>>;
  /** Page after page. */
  pages(options?: PageOptions): AsyncGenerator<TablePage<Row>>;
  /** All rows, as they come; what breaks off is not tried again. */
  rows(options?: CallOptions): AsyncGenerator<Row>;
  /** The file, as it would lie in the plan folder. */
  csv(options?: CallOptions): AsyncGenerator<Uint8Array>;
  /** The file of a plan whose `format` is parquet, which has assignments and packages in no other form. */
  parquet(options?: CallOptions): AsyncGenerator<Uint8Array>;
}

export function tableOf<Row>(transport: Transport, path: string): Table<Row> {
  const stream = (accept: string, options: CallOptions) =>
    transport.stream({ ...options, method: "GET", path, accept });
  const table: Table<Row> = {
    page: ({ limit, cursor, ...options } = {}) =>
      transport.json({ ...options, method: "GET", path, query: { limit, cursor } }),
    pages: ({ cursor, ...options } = {}) =>
      pagesFrom(
        (from) => table.page({ ...options, ...(from === undefined ? {} : { cursor: from }) }),
        cursor,
      ),
    rows: (options = {}) => ndjsonOf<Row>(stream("application/x-ndjson", options)),
    csv: (options = {}) => stream("text/csv", options),
    parquet: (options = {}) => stream("application/vnd.apache.parquet", options),
    [Symbol.asyncIterator]: () => table.rows(),
  };
  return table;
}

/** Page after page, to the one that names no other. */
export async function* pagesFrom<Page extends { readonly next: string | null }>(
  page: (from: string | undefined) => Promise<Page>,
  first?: string,
): AsyncGenerator<Page> {
  let from: string | undefined | null = first;
  do {
    const found: Page = await page(from);
    yield found;
    from = found.next;
  } while (from !== null);
}
