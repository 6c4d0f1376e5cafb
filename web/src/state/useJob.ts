import { useEffect, useState } from "preact/hooks";
import { ProblemError } from "../../../src/client/errors.js";
import { jobEventsOf } from "../../../src/client/events.js";
import { stream } from "../api/service.js";
import type { Problem } from "../api/types.js";

/** How far a job is. */
export interface JobProgress {
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly phase?: string;
  readonly incumbent?: string;
  readonly bound?: string;
  readonly gap?: number;
  readonly done?: number;
  readonly most?: number;
  readonly total?: number;
  readonly problem?: Problem | null;
}

export interface FollowedJob {
  /** Null until it has been heard of. */
  readonly progress: JobProgress | null;
  /** What keeps it from being heard of. */
  readonly error: unknown;
}

/** A stream that breaks off is taken up again so soon. */
const AGAIN_MS = 1_500;

/**
 * Follows a job to its end.
 *
 * @param path of its events; null where there is none to follow
 */
export function useJob(path: string | null): FollowedJob {
  const [followed, setFollowed] = useState<FollowedJob & { readonly path: string | null }>({
    path,
    progress: null,
    error: null,
  });
  useEffect(() => {
    if (path === null) return;
    const controller = new AbortController();
    void follow(path, controller.signal, (heard) =>
      setFollowed({ path, progress: null, error: null, ...heard }),
    );
    return () => controller.abort();
  }, [path]);
  return followed.path === path ? followed : { progress: null, error: null };
}

async function follow(
  path: string,
  signal: AbortSignal,
  tell: (heard: Partial<FollowedJob>) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { event, ...told } of jobEventsOf(stream(path, "text/event-stream", { signal }))) {
        tell({ progress: told as JobProgress });
        if (event === "end") return;
      }
    } catch (error) {
      if (signal.aborted) return;
      // What the service refuses it will refuse again; a connection that breaks may come back.
      if (error instanceof ProblemError && error.status >= 400 && error.status < 500) return tell({ error });
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
