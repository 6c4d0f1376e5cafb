import { useState } from "preact/hooks";
import { askJson, setKey } from "../api/service.js";
import { Section } from "../parts/Section.js";
import { Trouble } from "../parts/Trouble.js";
import { useWords } from "../words/context.js";

/** Asks for a key, where the service wants one. */
export function LoginView({ onLogin }: { onLogin: () => void }) {
  const words = useWords();
  const [key, setText] = useState("");
  const [error, setError] = useState<unknown>(null);
  return (
    <Section title={words.login.title} lead={words.login.lead}>
      <form
        class="study"
        onSubmit={(event) => {
          event.preventDefault();
          setError(null);
          setKey(key.trim());
          askJson("/v1/jobs?limit=1").then(onLogin, (refused: unknown) => {
            setKey(null);
            setError(refused);
          });
        }}
      >
        <label>
          {words.login.key}
          <input
            type="password"
            autocomplete="off"
            required
            value={key}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          {words.login.enter}
        </button>
      </form>
      {error !== null && <Trouble error={error} />}
    </Section>
  );
}
