/** The last lines of a study's summary: its folder, and the page in it. */
export function writtenLines(folder: string, page: string): string[] {
  return [`Written  ${folder}`, `Report   ${folder.replace(/[/\\]+$/, "")}/${page}`];
}
