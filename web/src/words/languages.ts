import type { Words } from "./en.js";

/** What the page speaks: how each language calls itself, and its tag. */
export const LANGUAGES = {
  en: { name: "English", tag: "en" },
  zh: { name: "中文", tag: "zh-CN" },
} as const;
export type Language = keyof typeof LANGUAGES;

/** Everything that is said in a language, which is fetched when it is wanted: nobody reads two at a time. */
export async function wordsOf(language: Language): Promise<Words> {
  return language === "zh" ? (await import("./zh.js")).zh : (await import("./en.js")).en;
}

/** Of `?lang=`, else the first of the browser's own that the page speaks, else English. */
export function preferredLanguage(search: string, own: readonly string[]): Language {
  const asked = new URLSearchParams(search).get("lang");
  const all = [...(asked === null ? [] : [asked]), ...own];
  const known = all.map((tag) => tag.toLowerCase().split("-")[0]!);
  return (
    (Object.keys(LANGUAGES) as Language[]).find((each) => each === known.find((tag) => tag in LANGUAGES)) ??
    "en"
  );
}
