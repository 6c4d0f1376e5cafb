import { useEffect, useState } from "preact/hooks";

/** Something that is on its way, is there, or could not be had. */
export type Loaded<Value> =
  | { readonly state: "pending" }
  | { readonly state: "ready"; readonly value: Value }
  | { readonly state: "failed"; readonly error: unknown };

/**
 * Loads something, and again whenever its key changes; what was loaded under another key is never shown.
 *
 * @param key null where there is nothing to load
 */
export function useLoaded<Value>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<Value>,
): Loaded<Value> {
  const [loaded, setLoaded] = useState<{ readonly key: string; readonly is: Loaded<Value> } | null>(null);
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    load(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setLoaded({ key, is: { state: "ready", value } });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setLoaded({ key, is: { state: "failed", error } });
      },
    );
    return () => controller.abort();
  }, [key]);
  return loaded !== null && loaded.key === key ? loaded.is : { state: "pending" };
}
