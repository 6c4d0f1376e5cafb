import { useWords } from "../words/context.js";

/** A sentence of the service, which speaks English: as it is in English, and to be unfolded beside what the page says itself. */
export function Original({ text }: { text: string }) {
  const { original } = useWords();
  if (original === null) return <p>{text}</p>;
  return (
    <details class="original">
      <summary>{original}</summary>
      <p lang="en">{text}</p>
    </details>
  );
}
