import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";

const CHOICE = "packwright-theme";
const DARK = "(prefers-color-scheme: dark)";

/** Light or dark: as chosen, else as the system has it. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [chosen, setChosen] = useState(() => localStorage.getItem(CHOICE) as Theme | null);
  const [isDark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const system = matchMedia(DARK);
    const follow = () => setDark(system.matches);
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  useEffect(() => {
    if (chosen === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  }, [chosen]);
  const choose = (theme: Theme) => {
    localStorage.setItem(CHOICE, theme);
    setChosen(theme);
  };
  return [chosen ?? (isDark ? "dark" : "light"), choose];
}
