import { InputError } from "../model/issue.js";
import { type Queryable, StatementTimeout, Unavailable } from "../store/database.js";
import { openPostgres, type PostgresOptions } from "../store/postgres.js";

/** Databases of others, which nights come from and go to. */

/** Such a database does not answer now. That ours does not is {@link Unavailable}, and another matter. */
export class AwayElsewhere extends Error {
  override readonly name = "AwayElsewhere";
}

/** It is there; one statement took longer than it may. */
export class SlowElsewhere extends AwayElsewhere {}

/**
 * Runs all of something or nothing on another database than ours.
 *
 * @param at field of the schedule that names it
 * @param work what it throws of itself comes through as it is
 * @param signal gives it up, in the middle of a statement, too
 * @throws AwayElsewhere where it does not answer, SlowElsewhere where a statement took too long
 * @throws InputError where it does not let us in, DATABASE_REFUSED
 * @throws the signal's reason where that is given meanwhile
 */
export async function elsewhere<T>(
  options: PostgresOptions,
  at: string,
  work: (within: Queryable) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const database = openPostgres({ ...options, connections: 1 });
  let isIn = false;
  let ours: { readonly error: unknown } | null = null;
  try {
    return await database.transaction(
      async (within) => {
        isIn = true;
        try {
          return await work(tellingApart(within));
        } catch (error) {
          ours = { error };
          throw error;
        }
      },
      { signal },
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (ours !== null) throw (ours as { error: unknown }).error;
    if (error instanceof Unavailable) throw away(error);
    throw isIn ? error : refused(error, at);
  } finally {
    await database.close();
  }
}

function tellingApart(within: Queryable): Queryable {
  const told = (error: unknown): never => {
    throw error instanceof Unavailable ? away(error) : error;
  };
  return {
    query: (sql, values) => within.query<never>(sql, values).catch(told),
    script: (sql) => within.script(sql).catch(told),
  };
}

function away(error: Unavailable): AwayElsewhere {
  const Kind = error instanceof StatementTimeout ? SlowElsewhere : AwayElsewhere;
  return new Kind(error.message, { cause: error });
}

/** The server answers and no transaction begins: name, password, database or the way of connecting are wrong. */
function refused(error: unknown, at: string): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error;
  return new InputError([
    {
      code: "DATABASE_REFUSED",
      path: at,
      message: `names a database that does not let us in: ${error.message}`,
      hint: "Check user, password and name of the database in the variable.",
    },
  ]);
}
