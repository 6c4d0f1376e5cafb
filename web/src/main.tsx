import { render } from "preact";
import { App } from "./app.js";
import { preferredLanguage, wordsOf } from "./words/languages.js";
import "virtual:report.css";
import "./styles.css";

const language = preferredLanguage(location.search, navigator.languages);
// Not awaited up here: words are made with what this piece of the page holds, and would wait for its end.
void wordsOf(language).then((words) =>
  render(<App language={language} words={words} />, document.getElementById("app")!),
);
