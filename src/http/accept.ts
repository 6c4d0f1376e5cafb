import { HttpProblem } from "./httpProblem.js";

/**
 * The type that a caller would rather have (RFC 9110, 12.5.1).
 *
 * @param accept the header
 * @param offered types without parameters; the first one where it is all the same
 * @throws HttpProblem where none of them is wanted
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  if (accept === undefined || accept.trim() === "") return offered[0];
  const ranges = accept.split(",").map(rangeOf);
  let best: { type: Type; quality: number } | null = null;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > (best?.quality ?? 0)) best = { type, quality };
  }
  if (best !== null) return best.type;
  throw new HttpProblem(406, "NOT_ACCEPTABLE", "It cannot be had in a form that is accepted.", {
    detail: `It can be had as ${offered.join(", ")}.`,
  });
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function rangeOf(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const number = quality === undefined ? 1 : Number(quality);
  return { type, quality: number >= 0 && number <= 1 ? number : 0 };
}

/** Of the range that says most about the type. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [main] = type.split("/");
  for (const wanted of [type, `${main}/*`, "*/*"]) {
    const range = ranges.find((each) => each.type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
