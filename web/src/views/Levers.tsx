import { useId, useState } from "preact/hooks";
import type { TermNumber, Terms } from "../api/types.js";
import { scaleOf } from "../format/slider.js";
import { type Changes, valueUnder, withChange } from "../state/changes.js";
import { useWords } from "../words/context.js";

/** Whose numbers: a channel's, a quota's, or those of all orders (null). */
export type Owner = string | null;

/** @param how a value on its way, of which the last is enough to go back to, or a decision */
export type OnChanges = (changes: Changes, how: "step" | "push") => void;

/** What a number is about, which says where it stands. */
type Kind = "prices" | "limits" | "times" | "others";
const KINDS: readonly Kind[] = ["prices", "limits", "times", "others"];

/** More owners than these are a list to choose from, not buttons. */
const MOST_BUTTONS = 14;

/** Everything that can be turned, an owner at a time. */
export function Levers({
  terms,
  changes,
  owner,
  onOwner,
  onChanges,
}: {
  terms: Terms;
  changes: Changes;
  owner: Owner;
  onOwner: (owner: Owner) => void;
  onChanges: OnChanges;
}) {
  const words = useWords();
  const own = terms.numbers.filter((number) => number.owner === owner);
  const isChannel = terms.channels.some(({ id }) => id === owner);
  return (
    <div class="levers">
      <Owners terms={terms} changes={changes} owner={owner} onOwner={onOwner} />
      {isChannel && <OpenOrClosed terms={terms} id={owner!} changes={changes} onChanges={onChanges} />}
      {KINDS.map((kind) => {
        const numbers = own.filter((number) => kindOf(number) === kind);
        if (numbers.length === 0) return null;
        const changed = numbers.filter(({ path }) => path in changes).length;
        return (
          <details key={`${owner}/${kind}`} open={kind === "prices" || changed > 0}>
            <summary>
              {words.levers.kinds[kind]}
              {changed > 0 && <span class="count">{words.levers.changed(changed)}</span>}
            </summary>
            {numbers.map((number) => (
              <Lever
                key={number.path}
                number={number}
                currency={terms.currency}
                value={valueUnder(changes, number.path, number.value)}
                onValue={(value, how) =>
                  onChanges(withChange(changes, number.path, value, number.value), how)
                }
              />
            ))}
          </details>
        );
      })}
    </div>
  );
}

function Owners({
  terms,
  changes,
  owner,
  onOwner,
}: {
  terms: Terms;
  changes: Changes;
  owner: Owner;
  onOwner: (owner: Owner) => void;
}) {
  const words = useWords();
  const id = useId();
  const changed = new Set(terms.numbers.filter(({ path }) => path in changes).map((number) => number.owner));
  const owners: Owner[] = [
    ...terms.channels.map((each) => each.id),
    null,
    ...terms.quotas.map((each) => each.id),
  ];
  const nameOf = (each: Owner) =>
    each === null
      ? words.levers.allOrders
      : terms.quotas.some((quota) => quota.id === each)
        ? words.levers.quota(each)
        : each;
  if (owners.length > MOST_BUTTONS)
    return (
      <p class="field">
        <label for={id}>{words.levers.whose}</label>
        <select
          id={id}
          value={owner ?? ""}
          onChange={({ currentTarget }) => onOwner(currentTarget.value || null)}
        >
          {owners.map((each) => (
            <option key={each} value={each ?? ""}>
              {nameOf(each)}
              {changed.has(each) ? " •" : ""}
            </option>
          ))}
        </select>
      </p>
    );
  return (
    <fieldset class="chips">
      <legend>{words.levers.whose}</legend>
      {owners.map((each) => (
        <button key={each} type="button" aria-pressed={each === owner} onClick={() => onOwner(each)}>
          {nameOf(each)}
          {changed.has(each) && <span class="dot-mark" role="img" aria-label={words.levers.hasChanges} />}
        </button>
      ))}
    </fieldset>
  );
}

function OpenOrClosed({
  terms,
  id,
  changes,
  onChanges,
}: {
  terms: Terms;
  id: string;
  changes: Changes;
  onChanges: OnChanges;
}) {
  const words = useWords();
  const path = `channels.${id}.limits.maxOrders`;
  const asItIs = terms.numbers.find((number) => number.path === path)?.value ?? null;
  const isOpen = valueUnder(changes, path, asItIs) !== "0";
  // What is closed in the contract opens without a limit.
  const opened = asItIs === "0" ? null : asItIs;
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={isOpen}
        aria-checked={isOpen}
        onChange={() => onChanges(withChange(changes, path, isOpen ? "0" : opened, asItIs), "push")}
      />
      {words.levers.open}
    </label>
  );
}

/** One number: a slider and a field that say the same. */
function Lever({
  number,
  currency,
  value,
  onValue,
}: {
  number: TermNumber;
  currency: string;
  value: string | null;
  onValue: (value: string | null, how: "step" | "push") => void;
}) {
  const words = useWords();
  const id = useId();
  const scale = scaleOf(number);
  const { quantity, value: asItIs, path } = number;
  const isChanged = value !== asItIs;
  const units = scale === null || value === null ? Number.NaN : scale.unitsOf(value);
  const label = words.levers.field(number.field);
  const shown = (text: string | null) => words.levers.value(text, quantity, currency);
  return (
    <div class={isChanged ? "lever changed" : "lever"} data-path={path}>
      <label for={id}>{label}</label>
      {scale !== null && (
        <input
          type="range"
          aria-label={label}
          aria-valuetext={shown(value)}
          min={scale.min}
          max={scale.max}
          step={scale.step}
          value={Number.isNaN(units) ? scale.min : units}
          onInput={({ currentTarget }) => onValue(scale.textOf(currentTarget.valueAsNumber), "step")}
        />
      )}
      <NumberField
        id={id}
        number={number}
        value={value}
        unit={words.levers.unit(quantity, currency, asItIs)}
        invalid={words.levers.invalid(shown(value))}
        onValue={(next) => onValue(next, "step")}
      />
      <span class="was">
        {isChanged ? (
          <>
            {words.levers.was(shown(asItIs))}{" "}
            <button
              type="button"
              class="link"
              onClick={() => onValue(asItIs, "push")}
              aria-label={words.levers.resetOf(label)}
            >
              {words.levers.reset}
            </button>
          </>
        ) : (
          words.levers.asItIs
        )}
      </span>
    </div>
  );
}

/**
 * A field that is free while it is being written in, and tells a value once it is one.
 *
 * @param invalid what is said of a text that is no value
 */
function NumberField({
  id,
  number: { quantity, value: asItIs, path },
  value,
  unit,
  invalid,
  onValue,
}: {
  id: string;
  number: TermNumber;
  value: string | null;
  unit: string;
  invalid: string;
  onValue: (value: string | null) => void;
}) {
  const words = useWords();
  const [written, setWritten] = useState<Draft | null>(null);
  // A value that comes from elsewhere (undone, gone back, another lever) is not hidden by what was written before it.
  const draft = written !== null && written.value === value ? written.text : null;
  const mayBeAbsent = /\.(limits\.\w+|cutOff|maxOrders|maxAmount|unroutedPenalty)$/.test(path);
  const text = draft ?? value ?? "";
  const read = draft === null ? value : readValue(draft, quantity, mayBeAbsent);
  const isInvalid = read === undefined;
  const described = [...(unit === "" ? [] : [`${id}-unit`]), ...(isInvalid ? [`${id}-invalid`] : [])];
  return (
    <>
      <span class="entry">
        <input
          id={id}
          type="text"
          inputMode={quantity === "instant" ? "text" : "decimal"}
          autocomplete="off"
          spellcheck={false}
          class={quantity === "instant" ? "wide" : text.length > LONG ? "long" : undefined}
          value={text}
          placeholder={mayBeAbsent ? words.levers.none : (asItIs ?? words.levers.default)}
          aria-invalid={isInvalid}
          aria-describedby={described.join(" ") || undefined}
          onInput={({ currentTarget: { value: text } }) => {
            const next = readValue(text, quantity, mayBeAbsent);
            setWritten({ text, value: next === undefined ? value : next });
            if (next !== undefined) onValue(next);
          }}
          onBlur={() => setWritten(null)}
        />
        <span id={`${id}-unit`} class="unit">
          {unit}
        </span>
      </span>
      {isInvalid && (
        <span id={`${id}-invalid`} class="invalid" role="status">
          {invalid}
        </span>
      )}
    </>
  );
}

/** Characters that a field of the usual width does not show. */
const LONG = 8;

/** What is being written, and the value at that time: what the text says, or the last one where it says none. */
interface Draft {
  readonly text: string;
  readonly value: string | null;
}

const FORMS: Readonly<Record<TermNumber["quantity"], RegExp>> = {
  money: /^\d+(\.\d+)?$/,
  seconds: /^\d+(\.\d+)?$/,
  rate: /^\d+(\.\d+)?%?$/,
  count: /^\d+$/,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/,
};

/** Undefined where the text is no value yet. */
function readValue(
  text: string,
  quantity: TermNumber["quantity"],
  mayBeAbsent: boolean,
): string | null | undefined {
  const cut = text.trim();
  if (cut === "") return mayBeAbsent ? null : undefined;
  return FORMS[quantity].test(cut) ? cut : undefined;
}

function kindOf({ field, owner }: TermNumber): Kind {
  if (owner === null) return "prices";
  if (/(^|\.)(limits|amount)\.|package\.(max|min)|upTo$|volume\.|chargesToDate/.test(field)) return "limits";
  if (/^queue\./.test(field)) return "times";
  if (/(^|\.)(fee|feeTiers|failureFee|minimumFee)(\.|$)/.test(field) && !field.endsWith("round.to"))
    return "prices";
  return "others";
}
