import { basename, dirname, join } from "node:path";

/**
 * Where something lies until it is whole and comes to its place: beside it and hidden, so that a rename brings it there. An ending
 * of chance is put behind this.
 *
 * @param place an absolute path
 * @param mark tells drafts of one kind from others; default none
 */
export function draftStart(place: string, mark = ""): string {
  return join(dirname(place), `.${basename(place)}-${mark}`);
}

/** What `mkdtemp` or a UUID adds to a name, and what a swap adds to that. */
const ENDING = /^([A-Za-z0-9]{6}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(\.old)?$/;

/** Whether a name in the folder of a place is one of a draft of it, or of what it has replaced. */
export function isDraft(place: string, name: string, mark = ""): boolean {
  const start = basename(draftStart(place, mark));
  return name.startsWith(start) && ENDING.test(name.slice(start.length));
}
