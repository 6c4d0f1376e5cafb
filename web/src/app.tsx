import { useEffect, useState } from "preact/hooks";
import { currentKey, onRefused, setKey } from "./api/service.js";
import { START } from "./state/route.js";
import { useRoute } from "./state/useRoute.js";
import { useTheme } from "./state/useTheme.js";
import { LoginView } from "./views/LoginView.js";
import { PlanPage } from "./views/PlanPage.js";
import { StartView } from "./views/StartView.js";
import { WordsContext } from "./words/context.js";
import type { Words } from "./words/en.js";
import { LANGUAGES, type Language, wordsOf } from "./words/languages.js";

/** The page: its head, and the view that the address names. The language is the one to begin with, and its words. */
export function App({ language: first, words: firstWords }: { language: Language; words: Words }) {
  const [route, go] = useRoute();
  const [{ language, words }, setSpoken] = useState({ language: first, words: firstWords });
  const [theme, setTheme] = useTheme();
  const [needsKey, setNeedsKey] = useState(false);
  useEffect(() => onRefused(() => setNeedsKey(true)), []);
  useEffect(() => {
    document.documentElement.lang = words.tag;
    document.title = route.plan === null ? "packwright" : `${words.tabs[route.tab]} – packwright`;
  }, [words, route]);
  const choose = async (next: Language) => {
    const spoken = { language: next, words: await wordsOf(next) };
    const query = new URLSearchParams(location.search);
    query.set("lang", next);
    history.replaceState(null, "", `?${query}${location.hash}`);
    setSpoken(spoken);
  };
  return (
    <WordsContext.Provider value={words}>
      <div class="page">
        <header class="top">
          <h1>
            <button type="button" class="brand" onClick={() => go(START)}>
              packwright
            </button>
          </h1>
          <p class="about">{words.about}</p>
          <div class="choices">
            {(Object.keys(LANGUAGES) as Language[])
              .filter((each) => each !== language)
              .map((each, place) => (
                // By its place: the button stays, and is focused, when the language is another.
                <button key={place} type="button" lang={LANGUAGES[each].tag} onClick={() => choose(each)}>
                  {LANGUAGES[each].name}
                </button>
              ))}
            <button type="button" onClick={() => setTheme(theme === "dark" ? "light" : "dark")}>
              {theme === "dark" ? words.light : words.dark}
            </button>
            {currentKey() !== null && (
              <button
                type="button"
                onClick={() => {
                  setKey(null);
                  setNeedsKey(true);
                }}
              >
                {words.login.leave}
              </button>
            )}
          </div>
        </header>
        <main>
          {needsKey ? (
            <LoginView onLogin={() => setNeedsKey(false)} />
          ) : route.plan === null ? (
            <StartView go={go} />
          ) : (
            <PlanPage key={route.plan} id={route.plan} route={route} go={go} />
          )}
        </main>
        <footer>{words.footer}</footer>
      </div>
    </WordsContext.Provider>
  );
}
