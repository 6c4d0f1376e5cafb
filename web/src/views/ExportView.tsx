import { useState } from "preact/hooks";
import { askFile, askJson } from "../api/service.js";
import type { JobResource } from "../api/types.js";
import { download } from "../format/download.js";
import { resultsCsv, scenariosFile, scenariosYaml } from "../format/exports.js";
import { Section } from "../parts/Section.js";
import { Table } from "../parts/Table.js";
import { Trouble } from "../parts/Trouble.js";
import { isUnchanged, keyOf, type Scenario } from "../state/changes.js";
import type { Route } from "../state/route.js";
import type { Answers } from "../state/useAnswers.js";
import { useLoaded } from "../state/useLoaded.js";
import { useWords } from "../words/context.js";

/** Everything to take along. */
export function ExportView({ plan, route, answers }: { plan: string; route: Route; answers: Answers }) {
  const words = useWords();
  const job = useLoaded(plan, (signal) => askJson<JobResource>(`/v1/jobs/${plan}`, { signal }));
  const [error, setError] = useState<unknown>(null);
  const scenarios = scenariosOf(route, words.simulate.present);
  const results = [{ name: words.compare.asItIs, changes: {} }, ...scenarios].map(({ name, changes }) => ({
    name,
    answer: answers.of(changes),
  }));
  const ready = results.flatMap(({ name, answer }) =>
    answer.state === "ready" ? [{ name, ...answer.value }] : [],
  );
  const fetchFile = (href: string, name: string) => {
    setError(null);
    askFile(href)
      .then((file) => download(name.replaceAll("/", "-"), file))
      .catch(setError);
  };
  const text = (content: string, type: string) => new Blob([content], { type });
  return (
    <>
      <Section title={words.exports.folder} lead={words.exports.folderLead}>
        {error !== null && <Trouble error={error} />}
        {job.state === "failed" && <Trouble error={job.error} />}
        {job.state === "ready" && (
          <Table
            caption={words.exports.files}
            columns={[
              { label: words.exports.file },
              { label: words.exports.holds, isLong: true },
              { label: words.exports.size, isFigure: true },
            ]}
            rows={[...job.value.files, ...job.value.inputs].map(({ name, href, bytes }) => [
              <button key="file" type="button" class="link" onClick={() => fetchFile(href, name)}>
                {name}
              </button>,
              words.exports.contents[name] ?? words.exports.input,
              words.exports.kilobytes(bytes),
            ])}
          />
        )}
      </Section>
      <Section
        title={words.exports.scenarios}
        lead={scenarios.length === 0 ? words.exports.noScenarios : words.exports.scenariosLead}
      >
        {scenarios.length > 0 && (
          <p class="buttons">
            <button
              type="button"
              onClick={() => download("scenarios.yaml", text(scenariosYaml(scenarios), "application/yaml"))}
            >
              scenarios.yaml
            </button>
            <button
              type="button"
              onClick={() =>
                download(
                  "scenarios.json",
                  text(`${JSON.stringify(scenariosFile(scenarios), null, 2)}\n`, "application/json"),
                )
              }
            >
              scenarios.json
            </button>
            <button
              type="button"
              disabled={ready.length < results.length}
              onClick={() => download("results.csv", text(resultsCsv(ready), "text/csv"))}
            >
              results.csv
            </button>
          </p>
        )}
        {ready.length < results.length && (
          <p class="status" role="status">
            {words.pending}
          </p>
        )}
      </Section>
      <Section title={words.exports.link} lead={words.exports.linkLead}>
        <input type="text" class="address" readOnly value={location.href} aria-label={words.exports.link} />
      </Section>
    </>
  );
}

/** Pinned scenarios, and the present changes where they are none of them. */
export function scenariosOf({ pinned, changes }: Route, present: string): readonly Scenario[] {
  const isPinned = pinned.some((each) => keyOf(each.changes) === keyOf(changes));
  return isUnchanged(changes) || isPinned ? pinned : [...pinned, { name: present, changes }];
}
