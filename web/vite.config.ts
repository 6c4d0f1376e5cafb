import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { STYLES } from "../src/report/styles.js";

/** The style sheet of the report pages: the page looks like them because it is theirs. */
const REPORT_STYLES = "virtual:report.css";

/** What is fetched when it is wanted. */
const APART = /uplot|CurvesView|charts\/Chart\.tsx|words\/(en|zh|zhProblems)\.ts/;

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  logLevel: "warn",
  plugins: [reportStyles(), plainImports(), ownNumbers()],
  build: {
    outDir: fileURLToPath(new URL("../dist/web", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // Nothing inline: the page's policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      // In one piece, which packs better than many: everything but the languages, and the curves with their library.
      output: { codeSplitting: { groups: [{ name: "page", test: (id) => !APART.test(id) }] } },
    },
  },
});

function reportStyles(): Plugin {
  return {
    name: "report-styles",
    resolveId: (id) => (id === REPORT_STYLES ? `\0${REPORT_STYLES}` : undefined),
    load: (id) => (id === `\0${REPORT_STYLES}` ? withChoice(STYLES) : undefined),
  };
}

/** Imports while the page runs have nothing to preload, since styles come in one piece: they need none of Vite's code for that. */
function plainImports(): Plugin {
  return {
    name: "plain-imports",
    enforce: "pre",
    load: (id) =>
      id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined,
  };
}

/**
 * uPlot writes the numbers of axes in the browser's language. Here they are written as all others of the page are: 7.600 on an axis
 * beside 7,600.96 would be read as another number. And Chromium on a system without a language says that its own is "en-US@posix", at
 * which uPlot fails as soon as it is loaded.
 */
function ownNumbers(): Plugin {
  const language = "domEnv ? nav.language : 'en-US'";
  return {
    name: "own-numbers",
    transform(code, id) {
      if (!/uPlot\.esm\.js$/.test(id)) return undefined;
      if (!code.includes(language))
        throw new Error("uPlot asks for the browser's language in another way now.");
      return code.replace(language, "'en-US'");
    },
  };
}

/** Reports follow the system's dark mode; here it can be chosen, too: by `data-theme` on the root. */
function withChoice(styles: string): string {
  const dark = /@media \(prefers-color-scheme:dark\)\{:root\{([^}]*)\}\}/.exec(styles);
  if (dark === null) throw new Error("The styles of the reports have no dark mode any more.");
  // Without weight of their own, so that print, which comes later, still wins.
  const chosen = `@media (prefers-color-scheme:dark){:root:where(:not([data-theme="light"])){${dark[1]}}}
:root:where([data-theme="dark"]){color-scheme:dark;${dark[1]}}
:root:where([data-theme="light"]){color-scheme:light}`;
  return styles.replace(dark[0], chosen);
}
