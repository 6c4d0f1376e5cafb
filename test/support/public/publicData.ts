import { existsSync } from "node:fs";
import { join } from "node:path";

/** Data sets that tests know by name: folders in `PACKWRIGHT_DATA`. */
export type PublicDataName = "bpp" | "cflp" | "psp-routing" | "vsbpp";

export interface PublicData {
  /** Folder of the data set; only to be used where `missing` is false. */
  readonly folder: string;
  /** For `describe.skipIf` and `it.skipIf`. */
  readonly missing: boolean;
  /** A test's name, saying why it is left out where it is. */
  readonly title: (name: string) => string;
}

/**
 * Public data stays outside the repository, because its licences differ. Tests find it through the environment
 * variable `PACKWRIGHT_DATA`, and say what they left out where it is not set:
 *
 * ```ts
 * const data = withPublicData("cflp");
 * describe.skipIf(data.missing)(data.title("warehouse location"), () => { … });
 * ```
 */
export function withPublicData(name: PublicDataName): PublicData {
  const root = process.env.PACKWRIGHT_DATA;
  const folder = join(root ?? "", name);
  const unset = root === undefined || root === "";
  const why = unset ? "PACKWRIGHT_DATA is not set" : `PACKWRIGHT_DATA has no folder ${name}`;
  const missing = unset || !existsSync(folder);
  return { folder, missing, title: (title) => (missing ? `${title} [left out: ${why}]` : title) };
}
