import type { Terms } from "../api/types.js";
import { Queues } from "../charts/Queues.js";
import { Section } from "../parts/Section.js";
import { NO_CHANGES } from "../state/changes.js";
import type { Answer } from "../state/useAnswers.js";
import { useWords } from "../words/context.js";
import { Baselines, Channels, Costs, Tiles, Unrouted } from "./planParts.js";

/** The plan as it is. */
export function PlanView({ base, terms }: { base: Answer; terms: Terms }) {
  const words = useWords();
  const { plan, packages } = base;
  return (
    <>
      <Tiles answer={base} terms={terms} />
      <Baselines plan={plan} terms={terms} />
      <Costs plan={plan} terms={terms} />
      <Channels answer={base} base={null} terms={terms} />
      <Section title={words.queues.title} lead={words.queues.lead}>
        <Queues plan={plan} packages={packages} terms={terms} changes={NO_CHANGES} />
      </Section>
      <Unrouted plan={plan} />
    </>
  );
}
