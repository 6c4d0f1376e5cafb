import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { parseJson } from "../io/jsonTree.js";
import { readTextFile } from "../io/textFile.js";
import { parseYaml } from "../io/yamlTree.js";
import { parseChannels } from "../model/channelsFile.js";
import { InputError } from "../model/issue.js";
import type { Blob } from "../store/blobs.js";
import type { Store } from "../store/index.js";
import type { ChannelsChoice, Schedule } from "./config.js";
import { jsonOfTree, withMovedDates } from "./movedDates.js";

/** What the channels of a night are called: JSON where their dates were moved, else as they were given. */
export const CHANNELS_NAMES: readonly string[] = ["channels.json", "channels.yaml"];

/** The channels of a night, kept. */
export interface NightChannels {
  readonly blob: Blob;
  readonly format: "yaml" | "json";
  /** What people call where they came from. */
  readonly from: string;
  /** Where it was a stored one. */
  readonly version: { readonly name: string; readonly version: number } | null;
}

/**
 * Finds the channels of a night, with their dates moved to it where that is wanted, and keeps them.
 *
 * @param due milliseconds since 1970
 * @throws InputError with every problem of the file, each with its line
 */
export async function collectChannels(
  { channels, moveDates, timeZone }: Schedule,
  due: number,
  store: Pick<Store, "blobs" | "channels">,
): Promise<NightChannels> {
  const found = await find(channels, store);
  const tree = judged(found);
  const kept = moveDates
    ? ({ content: jsonOfTree(withMovedDates(tree, due, timeZone)), format: "json" } as const)
    : found;
  const { from, version } = found;
  return {
    blob: await store.blobs.put(Readable.from([Buffer.from(kept.content)])),
    format: kept.format,
    from,
    version,
  };
}

interface Found extends Pick<NightChannels, "format" | "from" | "version"> {
  readonly content: string;
}

async function find(choice: ChannelsChoice, store: Pick<Store, "blobs" | "channels">): Promise<Found> {
  if ("file" in choice) {
    const { text: content } = await readTextFile(choice.file);
    const format = choice.file.toLowerCase().endsWith(".json") ? "json" : "yaml";
    return { content, format, from: choice.file, version: null };
  }
  const { stored, version } = choice;
  const found = await store.channels.get(stored, version);
  if (found === null)
    throw new InputError([
      {
        code: "CHANNELS_NOT_STORED",
        path: "channels",
        message: `there are no stored channels "${stored}"${version === undefined ? "" : ` of version ${version}`}`,
        value: stored,
        hint: `Store them with PUT /v1/channels/${stored}, or name a file.`,
      },
    ]);
  return {
    content: await text(await store.blobs.read(found.blob)),
    format: found.format,
    from: `${stored} ${found.version}`,
    version: { name: stored, version: found.version },
  };
}

/** @returns the tree of channels that can be used */
function judged({ content, format, from }: Found): unknown {
  const { tree, locate } = (format === "json" ? parseJson : parseYaml)(from, content);
  parseChannels(tree, locate);
  return tree;
}
