/** A row as the database gives it: `jsonb` parsed, `timestamptz` as a Date, `float8` and `int4` as numbers. */
export type Row = Record<string, unknown>;

/** What statements can be sent to: a database, or a transaction in it. */
export interface Queryable {
  /**
   * Runs one statement.
   *
   * @param values of `$1`, `$2`, …; JSON goes as its text
   * @throws Unavailable where the database does not answer
   * @throws StatementTimeout where it takes longer than it may
   * @throws StorageFull where there is no room left
   */
  query<R extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** Runs any number of statements without values. @returns the rows of the last */
  script(sql: string): Promise<Row[]>;
}

/** PostgreSQL, on a server or within this process: the same SQL on both. */
export interface Database extends Queryable {
  /**
   * Runs all of it or nothing. Nothing else of this process may be asked of the database inside.
   *
   * @throws the signal's reason where that is given meanwhile
   */
  transaction<T>(work: (within: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
  close(): Promise<void>;
}

export interface TransactionOptions {
  /** Longest that a statement may take on a server, where that is not what is usual. */
  readonly statementSeconds?: number;
  /** Gives it up; on a server in the middle of a statement, too. */
  readonly signal?: AbortSignal | undefined;
}

/** The database does not answer now; what was asked may or may not have happened. Worth another try later. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** The database is there; one statement took longer than it may and did nothing. Worth another try, and worth telling. */
export class StatementTimeout extends Unavailable {}

/** There is no room for what is to be kept. Worth another try once somebody has made some. */
export class StorageFull extends Unavailable {}

/** SQLSTATE of a disk without room. */
const DISK_FULL = "53100";

/** What a disk without room says, to PostgreSQL or to us, as {@link StorageFull}; everything else as it is. */
export function asStorageFull(error: unknown): unknown {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (code !== DISK_FULL && code !== "ENOSPC" && code !== "EDQUOT") return error;
  return new StorageFull("there is no room left for what is to be kept", { cause: error });
}

/** Whether a database does not answer at all: what goes by itself once it is back, and is the same for whatever it is asked. */
export function isAway(error: unknown): error is Unavailable {
  return error instanceof Unavailable && !(error instanceof StatementTimeout);
}
