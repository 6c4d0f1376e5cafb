import type { PlaceOptions } from "../io/planPlace.js";
import type { FolderOptions, PlanInput } from "./planOptions.js";

/**
 * How a folder that is made of channels and orders is put in its place.
 *
 * @param read paths of what else is read for it; absent ones and standard input are passed over
 */
export function planPlaceOf(
  { channels, orders, overwrite = false }: Pick<PlanInput, "channels" | "orders"> & FolderOptions,
  read: readonly (string | undefined)[] = [],
): PlaceOptions {
  const inputs = [channels, orders, ...read].filter(
    (file): file is string => typeof file === "string" && file !== "-",
  );
  return { overwrite, inputs };
}
