import { formatShare, group } from "../../../src/report/numbers.js";
import type { JobProgress } from "../state/useJob.js";
import { useWords } from "../words/context.js";

/** How far a job is, and a way to end it. */
export function Progress({
  progress,
  onStop,
  stopLabel,
}: {
  progress: JobProgress | null;
  onStop: () => void;
  stopLabel: string;
}) {
  const words = useWords();
  const { state, phase, incumbent, bound, gap, done, most, total = most } = progress ?? {};
  const isCounted = total !== undefined && total > 0 && done !== undefined;
  return (
    <div class="making">
      <progress aria-label={words.making.title} {...(isCounted ? { value: done, max: total } : {})} />
      <p role="status">
        {state === "queued" || state === undefined
          ? words.making.queued
          : (words.making.phases[phase ?? ""] ?? words.making.running)}
        {isCounted && ` ${words.making.of(done, total)}`}
      </p>
      {incumbent !== undefined && (
        <dl class="facts">
          <div>
            <dt>{words.making.incumbent}</dt>
            <dd>{group(incumbent)}</dd>
          </div>
          {bound !== undefined && (
            <div>
              <dt>{words.making.bound}</dt>
              <dd>{group(bound)}</dd>
            </div>
          )}
          {gap !== undefined && (
            <div>
              <dt>{words.making.gap}</dt>
              <dd>{formatShare(gap)}</dd>
            </div>
          )}
        </dl>
      )}
      <button type="button" onClick={onStop}>
        {stopLabel}
      </button>
    </div>
  );
}
