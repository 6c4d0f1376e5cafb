import { Document, isMap, isScalar, isSeq, type Node, type Pair, visit, type YAMLMap } from "yaml";
import type { ChannelForm, ChannelsForm } from "./form.js";
import type { Instance } from "./instance.js";

/** Keys whose values stand in one line, however they nest. */
const INLINE = new Set(["fee", "package", "limits", "queue", "where", "amount", "banks", "except"]);
const LINE_WIDTH = 110;

/** The channels file of an instance, with comments for people. */
export function channelsYaml({ channels: form, options }: Instance): string {
  const document = new Document(form, { aliasDuplicateObjects: false });
  const { orders, banks, channels, seed } = options;
  document.commentBefore = [
    ` Generated: packwright generate --orders ${orders} --banks ${banks} --channels ${channels} --seed ${seed}`,
    " About a third of the limits is below what the orders would like to have, so that about one order in twenty",
    " cannot take its cheapest channel. Money is decimal text in CNY; every limit is for the whole plan.",
  ].join("\n");
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && INLINE.has(String(pair.key.value)) && isCollection(pair.value))
        pair.value.flow = true;
    },
  });
  for (const pair of (document.contents as YAMLMap).items) annotateSection(pair);
  const quotas = document.get("quotas");
  if (isSeq(quotas)) for (const quota of quotas.items) if (isMap(quota)) quota.flow = true;
  const list = document.get("channels");
  if (isSeq(list))
    list.items.forEach((node, c) => {
      const channel = node as Node;
      channel.commentBefore = ` ${describe(form.channels[c]!, form)}`;
      channel.spaceBefore = c > 0;
    });
  // The library would put every bank on a line of its own; long lists are filled instead.
  return document.toString({ lineWidth: 0 }).split("\n").map(tightened).flatMap(wrapped).join("\n");
}

const isCollection = (value: unknown): value is { flow?: boolean } => isMap(value) || isSeq(value);

const SECTIONS: Readonly<Record<string, string>> = {
  planAt: " Time zero of the plan.",
  objective: " What waiting, failing and staying behind cost, beyond what the channels charge.",
  quotas: " Limits that channels share: one contract, several windows.",
  channels: " In every coverage the first rule that matches an order decides.",
};

function annotateSection(pair: Pair): void {
  const key = pair.key;
  if (!isScalar(key)) return;
  const comment = SECTIONS[String(key.value)];
  if (comment === undefined) return;
  key.commentBefore = comment;
  key.spaceBefore = true;
}

function describe(channel: ChannelForm, form: ChannelsForm): string {
  const fee =
    channel.fee?.tiers !== undefined
      ? "priced in tiers"
      : channel.fee?.rate !== undefined
        ? "priced by amount"
        : "one price for any amount";
  const separate = channel.package?.separateBy;
  const traits = [
    channel.mode === "batch" ? `batch, packages of up to ${channel.package?.maxOrders}` : "single",
    fee,
    ...(separate === undefined ? [] : [`one ${separate.join(" and ")} per package`]),
    ...(channel.queue?.cutOff === undefined ? [] : [`until ${channel.queue.cutOff.slice(11, 16)}`]),
  ];
  const last = form.channels.at(-1) === channel;
  return `${channel.id}: ${traits.join("; ")}${last ? "; takes what finds no place elsewhere" : ""}.`;
}

/** `[ICBC, ABC]` rather than `[ ICBC, ABC ]`. */
function tightened(line: string): string {
  return line.trimStart().startsWith("#") ? line : line.replaceAll("[ ", "[").replaceAll(" ]", "]");
}

/** Breaks a long inline collection after its commas. Only lists of plain codes get long; text holds no comma. */
function wrapped(line: string): string[] {
  if (line.length <= LINE_WIDTH || line.trimStart().startsWith("#")) return [line];
  const indent = " ".repeat(line.length - line.trimStart().replace(/^- /, "").length + 4);
  const lines: string[] = [];
  let current = "";
  for (const part of line.split(/(?<=,) /)) {
    if (current !== "" && current.length + 1 + part.length > LINE_WIDTH) {
      lines.push(current);
      current = indent + part;
    } else {
      current = current === "" ? part : `${current} ${part}`;
    }
  }
  return [...lines, current];
}
