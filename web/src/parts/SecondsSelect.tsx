import { useWords } from "../words/context.js";

/** How long to search at most. */
export function SecondsSelect({
  id,
  choices,
  value,
  onValue,
}: {
  id: string;
  choices: readonly number[];
  value: number;
  onValue: (seconds: number) => void;
}) {
  const words = useWords();
  return (
    <select id={id} value={value} onChange={({ currentTarget }) => onValue(Number(currentTarget.value))}>
      {choices.map((each) => (
        <option key={each} value={each}>
          {words.levers.value(String(each), "seconds", "")}
        </option>
      ))}
    </select>
  );
}
