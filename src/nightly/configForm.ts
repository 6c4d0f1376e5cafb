import { z } from "zod";
import { ENGINES, MIP_ENGINES, SEEDS } from "../app/optionRanges.js";
import { RATE_ONE } from "../model/contract.js";
import { complain, countField, rateField, secondsField, text } from "../model/fields.js";
import { MICROS_PER_SECOND } from "../model/time.js";
import { keyed } from "../model/zodIssues.js";
import { isZone } from "../model/zone.js";
import { whyNotCron } from "./cron.js";
import { PLACEHOLDERS, unknownPlaceholders } from "./placeholders.js";

/** The form of the nightly file: the only source of its shape. */

const id = text.transform((value, context) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(value)
    ? value
    : complain(
        context,
        "WRONG_VALUE",
        "is no name",
        "Write 1 to 100 letters, digits, dots, underscores or hyphens.",
      ),
);

const cron = text.transform((value, context) => {
  const why = whyNotCron(value);
  return why === null
    ? value
    : complain(context, "NOT_A_CRON", why, 'Write "30 21 * * 1-5" for half past nine at night on weekdays.');
});

const timeZone = text.transform((value, context) =>
  isZone(value)
    ? value
    : complain(context, "UNKNOWN_TIME_ZONE", "is no time zone", "Write one such as Asia/Shanghai."),
);

/** Minutes since midnight. */
const timeOfDay = text.transform((value, context) => {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value) ?? [];
  return hours === undefined
    ? complain(context, "NOT_A_TIME", "is no time of day", "Write one from 00:00 to 23:59, such as 05:30.")
    : Number(hours) * 60 + Number(minutes);
});

const seconds = secondsField().transform((micros, context) =>
  micros > 0 ? micros / MICROS_PER_SECOND : complain(context, "OUT_OF_RANGE", "must be above 0"),
);

const filled = text.transform((value, context) =>
  value.trim() === "" ? complain(context, "EMPTY_TEXT", "must not be empty") : value,
);

/** A text with dates in it. */
const template = filled.transform((value, context) => {
  const [unknown] = unknownPlaceholders(value);
  return unknown === undefined
    ? value
    : complain(
        context,
        "UNKNOWN_PLACEHOLDER",
        `holds ${unknown}, which means nothing`,
        `Known here: ${PLACEHOLDERS}.`,
      );
});

const variable = text.transform((value, context) =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)
    ? value
    : complain(
        context,
        "WRONG_VALUE",
        "is no name of a variable",
        "Name the variable of the environment that holds the address, such as ORDERS_DATABASE_URL.",
      ),
);

const yesOrNo = text.transform((value, context) => {
  if (value === "true" || value === "false") return value === "true";
  return complain(context, "WRONG_VALUE", "is neither true nor false");
});

const schemaName = text.transform((value, context) =>
  /^[a-z_][a-z0-9_]{0,62}$/.test(value)
    ? value
    : complain(
        context,
        "WRONG_VALUE",
        "is no name of a schema",
        "Write small letters, digits and underscores.",
      ),
);

const webhook = text.transform((value, context) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? value
    : complain(context, "WRONG_VALUE", "is no address of the web", "Write https://hooks.example.com/plans."),
);

const oneOf = <T extends string>(values: readonly T[]) =>
  text.transform((value, context) =>
    values.includes(value as T)
      ? (value as T)
      : complain(context, "UNKNOWN_VALUE", `is not one of ${values.join(", ")}`),
  );

const schedule = keyed({
  id,
  cron,
  timeZone,
  catchUpHours: countField(0).optional(),
  source: keyed({
    folder: template.optional(),
    files: template.optional(),
    settledSeconds: seconds.optional(),
    marker: filled.optional(),
    databaseFrom: variable.optional(),
    query: template.optional(),
    waitUntil: timeOfDay.optional(),
  }),
  channels: z.union([filled, keyed({ stored: filled, version: countField(1).optional() })], {
    error: "must be the path of a channels file, or stored: and the name of a stored one",
  }),
  moveDates: yesOrNo.optional(),
  options: keyed({
    timeLimit: seconds.optional(),
    gap: rateField()
      .transform((rate) => rate / RATE_ONE)
      .optional(),
    seed: countField(0)
      .transform((value, context) =>
        value <= SEEDS.to ? value : complain(context, "OUT_OF_RANGE", `must be at most ${SEEDS.to}`),
      )
      .optional(),
    engine: oneOf(ENGINES).optional(),
    mip: oneOf(MIP_ENGINES).optional(),
  }).optional(),
  latestEnd: timeOfDay.optional(),
  finishSeconds: seconds.optional(),
  destination: keyed({
    folder: template.optional(),
    databaseFrom: variable.optional(),
    schema: schemaName.optional(),
  }),
  webhook: webhook.optional(),
});

export const nightlyForm = keyed({ schedules: z.array(schedule).min(1) });
export type NightlyForm = z.output<typeof nightlyForm>;
export type ScheduleForm = NightlyForm["schedules"][number];
