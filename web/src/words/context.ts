import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "./en.js";

export const WordsContext = createContext<Words | null>(null);

/** The words of the language that is spoken: nothing is shown before they are there. */
export function useWords(): Words {
  return useContext(WordsContext)!;
}
