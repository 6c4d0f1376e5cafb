import { createHash } from "node:crypto";
import { html, Markup } from "./markup.js";
import { STYLES } from "./styles.js";

/**
 * The document around the report. Its policy forbids the browser to load, run or send anything; the one style sheet is
 * let in by its hash, so that not even injected markup could style itself.
 */
export function page(input: { readonly title: string; readonly body: Markup }): string {
  const hash = createHash("sha256").update(STYLES).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${input.title}</title>
<style>${new Markup(STYLES)}</style>
</head>
<body>
${input.body}
</body>
</html>
`;
  return document.source;
}
