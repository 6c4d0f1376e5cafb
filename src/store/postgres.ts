import pg from "pg";
import { InputError } from "../model/issue.js";
import {
  asStorageFull,
  type Database,
  type Queryable,
  type Row,
  StatementTimeout,
  Unavailable,
} from "./database.js";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections at most; default 8. */
  readonly connections?: number;
  /** Longest that a statement may take; default a minute. */
  readonly statementSeconds?: number;
  /** Longest that a transaction may stand still between two statements; default ten seconds. */
  readonly idleSeconds?: number;
  /** Whether nothing may be written; default false. */
  readonly readOnly?: boolean;
  /** Told of connections that were lost while nobody used them. */
  readonly onLost?: (error: Error) => void;
}

const CONNECT_MS = 5_000;
/** A statement of ours takes milliseconds: one that takes this long waits for something that will not come. */
const STATEMENT_SECONDS = 60;
/**
 * A process that stands still in the middle of a transaction keeps everybody from its rows, be its connection alive or cut off
 * without a word: a job that it was just ending could not be taken from it. A little more than a lease lasts.
 */
const IDLE_SECONDS = 10;
/**
 * Has the server look every second whether whoever waits for a statement is still there, which otherwise it does when it has an
 * answer. One on Windows cannot.
 */
const WATCH_US = `DO $$ BEGIN SET LOCAL client_connection_check_interval = '1s';
  EXCEPTION WHEN invalid_parameter_value THEN NULL; END $$`;

/** Connects to a PostgreSQL server when first asked something. @throws InputError where the address is none */
export function openPostgres(options: PostgresOptions): Database {
  const { url, connections = 8, readOnly = false, onLost } = options;
  const { statementSeconds = STATEMENT_SECONDS, idleSeconds = IDLE_SECONDS } = options;
  mustBeAddress(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementSeconds * 1_000,
    query_timeout: clientMs(statementSeconds),
    idle_in_transaction_session_timeout: idleSeconds * 1_000,
    ...(readOnly ? { options: "-c default_transaction_read_only=on" } : {}),
    keepAlive: true,
    application_name: "packwright",
  });
  // Without a listener a server that goes away would take this process along.
  pool.on("error", (error) => onLost?.(error));
  return {
    ...queries(pool),
    async transaction(work, { statementSeconds: longest, signal } = {}) {
      signal?.throwIfAborted();
      const client = await connect(pool);
      let broken: Error | undefined;
      // A connection that is lost while it is held tells only its own listeners.
      const onError = (error: Error) => {
        broken = error;
      };
      client.on("error", onError);
      // Nobody waits for a statement that may take long: without its connection it fails here, and a moment later there.
      const giveUp = () => void client.end().catch(setBroken);
      signal?.addEventListener("abort", giveUp);
      const within = queries(client, longest === undefined ? undefined : clientMs(longest));
      try {
        signal?.throwIfAborted();
        await within.query("BEGIN");
        if (longest !== undefined)
          await within.script(`SET LOCAL statement_timeout = ${longest * 1_000}; ${WATCH_US}`);
        const result = await work(within);
        await within.query("COMMIT");
        return result;
      } catch (error) {
        if (!(error instanceof Unavailable)) await client.query("ROLLBACK").catch(setBroken);
        else setBroken(error);
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener("abort", giveUp);
        client.off("error", onError);
        client.release(broken);
      }
      function setBroken(error: Error): void {
        broken = error;
      }
    },
    close: () => pool.end(),
  };
}

/** A server that is there ends a statement itself, and says so; one that is gone says nothing. */
function clientMs(statementSeconds: number): number {
  return statementSeconds * 1_000 + CONNECT_MS;
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** @param query_timeout milliseconds for an answer, where they are not those of the pool */
function queries(on: pg.Pool | pg.PoolClient, query_timeout?: number): Queryable {
  const timeout = query_timeout === undefined ? {} : { query_timeout };
  return {
    async query<R extends Row>(sql: string, values: readonly unknown[] = []) {
      try {
        const { rows } = await on.query<R>({ text: sql, values: [...values], ...timeout });
        return rows;
      } catch (error) {
        throw asUnavailable(error);
      }
    },
    async script(sql) {
      try {
        // One result for each statement, where there is more than one.
        const results: unknown = await on.query({ text: sql, ...timeout });
        const last = Array.isArray(results) ? results.at(-1) : results;
        return (last as pg.QueryResult<Row>).rows;
      } catch (error) {
        throw asUnavailable(error);
      }
    },
  };
}

/**
 * Classes of SQLSTATE that are the server's state rather than our statement: connection, what was given up for another
 * transaction, resources, shutdown and time, files; a transaction that stood still for too long; and a server that only reads, which one
 * that takes over does for a while.
 */
const SERVER_STATES = /^(08|40|53|57|58|25P03|25006)/;
/** A server that answers and does not let us in: wrong name or password, no such database, not allowed. */
const REFUSED_STATES = /^(28|3D|42501)/;
/** What the system says of a server that cannot be reached. */
const UNREACHABLE =
  /^E(CONNREFUSED|CONNRESET|PIPE|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NOENT)$/;

/** A wrong address as bad input; everything else as it is. */
export function asBadAddress(error: unknown): unknown {
  const { code = "" } = error as { code?: string };
  if (!(error instanceof pg.DatabaseError) || !REFUSED_STATES.test(code)) return error;
  return new InputError([
    {
      code: "DATABASE_REFUSED",
      path: "database-url",
      message: `names a database that does not let us in: ${error.message}`,
      hint: "Check its name, the user and the password; the user must be allowed to create schemas.",
    },
  ]);
}

/** What a statement that was ended by its time limit has for its state. */
const STATEMENT_ENDED = "57014";

function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code = "" } = error as { code?: string };
  const full = asStorageFull(error);
  if (full !== error) return full;
  if (code === STATEMENT_ENDED) return new StatementTimeout(error.message, { cause: error });
  const lost =
    SERVER_STATES.test(code) ||
    UNREACHABLE.test(code) ||
    // The driver's own words, which come without a code.
    /Connection terminated|timeout exceeded|not queryable|Query read timeout|Client has encountered/.test(
      error.message,
    );
  // Of a name with several addresses the system tells nothing but the code.
  return lost ? new Unavailable(error.message || code, { cause: error }) : error;
}

function mustBeAddress(url: string): void {
  if (/^postgres(ql)?:\/\/./.test(url)) return;
  throw new InputError([
    {
      code: "WRONG_ADDRESS",
      path: "database-url",
      // The value may hold a password.
      message: "is not the address of a PostgreSQL database",
      hint: "For example postgres://user:password@localhost:5432/packwright.",
    },
  ]);
}
