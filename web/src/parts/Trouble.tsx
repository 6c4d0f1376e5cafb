import { PackwrightError, ProblemError } from "../../../src/client/errors.js";
import type { Issue, Problem } from "../api/types.js";
import { useLoaded } from "../state/useLoaded.js";
import { useWords } from "../words/context.js";
import { Original } from "./Original.js";

/** What went wrong, with every problem of the input: file, line, path and hint, as the command line tells them. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const words = useWords();
  const meanings = useMeanings();
  const problem = problemOf(error);
  const { problems = [], total = problems.length, code, detail } = problem;
  const meaning = words.trouble.titles[code] ?? meanings[code];
  return (
    <div class="trouble" role="alert">
      {/* The title of a problem that is alone is that problem. */}
      {problems.length !== 1 && (
        <p>
          <strong>{meaning ?? problem.title}</strong>
        </p>
      )}
      {detail && <Original text={detail} />}
      {problems.length > 0 && (
        <ol>
          {problems.map((issue, i) => (
            <li key={i}>
              <IssueText issue={issue} meaning={meanings[issue.code]} />
            </li>
          ))}
        </ol>
      )}
      {total > problems.length && <p>{words.trouble.more(total - problems.length)}</p>}
      <p class="note">
        <code>{code}</code>
        {problem.status > 0 && ` · HTTP ${problem.status}`}
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {words.trouble.retry}
        </button>
      )}
    </div>
  );
}

/** What codes mean, in a language that the service does not speak; none in its own. */
function useMeanings(): Readonly<Record<string, string>> {
  const { tag, trouble } = useWords();
  const loaded = useLoaded(tag, trouble.meanings);
  return loaded.state === "ready" ? loaded.value : {};
}

/** @param meaning of its code; undefined where the service's own sentence says it */
function IssueText({ issue, meaning }: { issue: Issue; meaning: string | undefined }) {
  const { file, line, path, value, message, hint = "", code } = issue;
  const place = [file, line].filter((part) => part !== undefined).join(":");
  const sentence = `${message}. ${hint}`;
  return (
    <>
      {place !== "" && <code>{place}</code>} {path && <code>{path}</code>}{" "}
      {meaning === undefined ? (
        sentence
      ) : (
        <>
          {value !== undefined && <code>{value}</code>} {meaning}
        </>
      )}{" "}
      <small>{code}</small>
      {meaning !== undefined && <Original text={sentence} />}
    </>
  );
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const title = error instanceof Error ? error.message : String(error);
  const code = error instanceof PackwrightError ? error.code : "PAGE";
  return { type: "about:blank", code, status: 0, title };
}
