/** A strict enough reading of the report's HTML: it is written without optional tags, so every tag must be closed. */

const VOID = new Set(["meta", "br"]);

/** What is wrong with the nesting of tags or the writing of attributes; empty where nothing is. */
export function balanceProblems(page: string): readonly string[] {
  const problems: string[] = [];
  const open: string[] = [];
  const body = page.replace(/^<!doctype html>\n/, "").replace(/<style>[^<]*<\/style>/, "<style></style>");
  let at = 0;
  for (const match of body.matchAll(
    /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*="[^"<>]*")*)\s*(\/?)>/g,
  )) {
    const between = body.slice(at, match.index);
    if (/[<>]/.test(between)) problems.push(`stray bracket in ${JSON.stringify(between.slice(0, 80))}`);
    if (/&(?!amp;|lt;|gt;|quot;|#39;)/.test(between)) problems.push(`bare & in ${between.slice(0, 80)}`);
    at = match.index + match[0].length;
    const [, closing, name = "", , selfClosing] = match;
    if (closing === "/") {
      const last = open.pop();
      if (last !== name) problems.push(`</${name}> closes <${last}>`);
    } else if (selfClosing !== "/" && !VOID.has(name)) open.push(name);
  }
  if (/[<>]/.test(body.slice(at))) problems.push("stray bracket at the end");
  for (const name of open) problems.push(`<${name}> is never closed`);
  return problems;
}

/** What a reader sees: cells and blocks apart, blanks that only align figures left away. */
export function textOf(page: string): string {
  return page
    .replace(/<style>[^<]*<\/style>/, "")
    .replace(/<\/(td|th|p|li|h1|h2|dt|dd|caption|text|title|desc|a|div|span)>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replace(/[\u2007\u2008]/g, "")
    .replace(/ +/g, " ");
}
