import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { hashOf, type Route, routeOf } from "./route.js";

/**
 * Goes to a route: as a new entry of the history, in place of the present one, or as a step: a new entry unless the last step was
 * just now, so that a slider on its way leaves one behind and not hundreds.
 */
export type Go = (change: Partial<Route>, how?: "push" | "replace" | "step") => void;

const STEP_MS = 1_000;
/** Browsers refuse to write the address more often than some times a second. */
const WRITE_MS = 250;

/** The route of the address, which goes on and back with the browser. */
export function useRoute(): readonly [Route, Go] {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  const latest = useRef(route);
  const steppedAt = useRef(Number.NEGATIVE_INFINITY);
  const writing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const read = () => {
      clearTimeout(writing.current);
      latest.current = routeOf(location.hash);
      setRoute(latest.current);
    };
    addEventListener("popstate", read);
    addEventListener("hashchange", read);
    return () => {
      removeEventListener("popstate", read);
      removeEventListener("hashchange", read);
    };
  }, []);
  const go: Go = useCallback((change, how = "push") => {
    clearTimeout(writing.current);
    const now = performance.now();
    const isNew = how === "push" || (how === "step" && now - steppedAt.current > STEP_MS);
    if (how === "step") steppedAt.current = now;
    // What has not been written yet belongs to the entry that is left.
    if (isNew) write("replaceState", latest.current);
    latest.current = { ...latest.current, ...change };
    if (isNew) write("pushState", latest.current);
    else writing.current = setTimeout(() => write("replaceState", latest.current), WRITE_MS);
    setRoute(latest.current);
  }, []);
  return [route, go];
}

function write(how: "pushState" | "replaceState", route: Route): void {
  const hash = hashOf(route);
  if (hash !== location.hash) history[how](null, "", hash);
}
