import { type Logger as PinoLogger, pino } from "pino";

/** Where a process of the service writes what it does. */
export type Logger = PinoLogger;

/** Lines of JSON on standard error. */
export function makeLogger(level: string): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: errorTold },
      // Whatever a header holds that lets somebody in stays out of logs.
      redact: ["req.headers.authorization", "headers.authorization"],
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

/** Without the members that drivers add: statements, and the values in them. */
function errorTold(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined ? {} : { cause: errorTold(cause) }),
  };
}
