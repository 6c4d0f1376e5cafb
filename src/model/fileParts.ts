import { z } from "zod";

/** Parts that the files which packwright writes have in common. */

/** A decimal as text, below 0 as well; money in the currency's major unit. */
export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
export const money = decimal;
export const count = z.number().int().min(0);
/** A file that was read, with its SHA-256 in hexadecimal; no name where it was standard input, neither where the input was plain data. */
export const inputFile = z.object({ file: z.string().nullable(), sha256: z.string().nullable() });
