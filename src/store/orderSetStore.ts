import type { Database, Row } from "./database.js";
import { inBatches } from "./upkeep.js";

/** Orders that were uploaded to be planned by reference. */
export interface OrderSet {
  readonly id: string;
  /** Name of the file as the readers of orders want it: its ending tells the format. */
  readonly format: string;
  readonly blob: string;
  readonly bytes: number;
  /** Null of a set that was kept before they were counted. */
  readonly orders: number | null;
  readonly sha256: string;
  readonly createdAt: Date;
}

export type NewOrderSet = Pick<OrderSet, "id" | "format" | "blob" | "orders">;

/** What is known of a set once it is kept. */
export interface KeptOrderSet extends Pick<OrderSet, "createdAt"> {
  /** Whether none was there under its id. */
  readonly isNew: boolean;
}

const SELECT = `SELECT s.id, s.format, s.blob, b.bytes::float8 AS bytes, s.orders::float8 AS orders, b.sha256, s.created_at AS "createdAt"
  FROM packwright.order_set s JOIN packwright.blob b ON b.id = s.blob`;

/** Sets with such names, drawn at random, are the page's, which uploads files only to plan them at once. */
const PASSING = "^page-[0-9a-f]{32}$";
/** What a tab that was closed meanwhile has left is forgotten after so long. */
const PASSING_KEPT = "1 hour";

export class OrderSetStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a set under an id, in place of one that was there; plans of that one keep it. */
  async put(set: NewOrderSet, createdBy: string | null): Promise<KeptOrderSet> {
    const [row] = await this.#database.query<Row & KeptOrderSet>(
      `INSERT INTO packwright.order_set (id, format, blob, orders, created_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET format = $2, blob = $3, orders = $4, created_by = $5, created_at = now()
       RETURNING created_at AS "createdAt", xmax = 0 AS "isNew"`,
      [set.id, set.format, set.blob, set.orders, createdBy],
    );
    return row!;
  }

  async get(id: string): Promise<OrderSet | null> {
    const [set] = await this.#database.query<Row & OrderSet>(`${SELECT} WHERE s.id = $1`, [id]);
    return set ?? null;
  }

  /** By id. @param after the last id of the page before */
  async list(limit: number, after?: string): Promise<OrderSet[]> {
    return this.#database.query<Row & OrderSet>(
      `${SELECT} WHERE $1::text IS NULL OR s.id > $1 ORDER BY s.id LIMIT $2`,
      [after ?? null, limit],
    );
  }

  /** @returns false where there is none */
  async remove(id: string): Promise<boolean> {
    const rows = await this.#database.query("DELETE FROM packwright.order_set WHERE id = $1 RETURNING id", [
      id,
    ]);
    return rows.length > 0;
  }

  /** Forgets sets of the page that nobody has. Plans of them keep theirs. */
  async expire(signal?: AbortSignal): Promise<void> {
    await inBatches(
      this.#database,
      signal,
      `DELETE FROM packwright.order_set WHERE id IN (
         SELECT id FROM packwright.order_set WHERE id ~ $1 AND created_at < now() - $2::interval
         LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id`,
      [PASSING, PASSING_KEPT],
    );
  }
}
