import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { stringify } from "yaml";
import { z } from "zod";
import { servedAt } from "../../app/banksServed.js";
import { banksServedSchema } from "../../model/banksServed.js";
import { formatInstant, offsetMinutes, parseInstant } from "../../model/time.js";
import type { ChannelsVersion } from "../../store/channelsStore.js";
import type { App } from "../app.js";
import type { Content } from "../content.js";
import { sendFile } from "../files.js";
import { HttpProblem } from "../httpProblem.js";
import { noChannels } from "../inputs.js";
import { CHANNELS_BYTES } from "../limits.js";
import { channelsPage, channelsSchema, channelsVersions, coverageSchema } from "../schemas/answers.js";
import { instantQuery, MOST_VERSIONS, pageQuery, problems, storedName, streamOf } from "../schemas/common.js";
import { CHANNELS_EXAMPLE } from "../schemas/examples.js";
import { channelsContent } from "../schemas/requests.js";
import type { Service } from "../service.js";
import { unpacked } from "../unpacked.js";

const CHANNEL_TYPES: Readonly<Record<string, "yaml" | "json">> = {
  "application/yaml": "yaml",
  "text/yaml": "yaml",
  "application/x-yaml": "yaml",
  "application/json": "json",
};
const CONTENT: Content = {
  "application/yaml": { schema: z.string(), example: stringify(CHANNELS_EXAMPLE) },
  "application/json": { schema: channelsContent, example: CHANNELS_EXAMPLE },
};

/** Coverages that are kept in memory, each of which may be as large as `banksServed` allows. */
const MOST_KNOWN = 10;

/** Stored channel contracts, and what they cover. */
export function channelsRoutes(app: App, { store, queries, limits }: Service): void {
  const params = z.object({ name: storedName });
  const version = z.object({
    version: z.coerce.number().int().min(1).max(MOST_VERSIONS).optional().describe("Default the newest"),
  });
  const errors = problems;

  app.put(
    "/v1/channels/:name",
    {
      config: { scope: "admin", rawBody: true, content: CONTENT },
      schema: {
        tags: ["channels"],
        summary: "Store a channel contract",
        description:
          "A channels file, YAML or JSON (docs/input.md). What differs from the newest version becomes a version of its own; plans say which one they were made with.",
        params,
        response: { 200: channelsSchema, 201: channelsSchema, ...errors },
      },
    },
    async (request, reply) => {
      const type = (request.headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
      const format = CHANNEL_TYPES[type];
      if (format === undefined)
        throw new HttpProblem(
          415,
          "UNKNOWN_FORMAT",
          `Channels are not taken as ${JSON.stringify(type.slice(0, 60))}.`,
          {
            detail: "Send them as application/yaml or application/json.",
          },
        );
      const content = await buffer(
        unpacked(request.raw, { most: CHANNELS_BYTES, hint: "Is it a channels file?", withinMs: 60_000 }),
      );
      const { id: blob, sha256 } = await store.blobs.put(Readable.from([content]));
      await queries.ask("coverage", { maxChannels: limits.channels }, [{ name: `channels.${format}`, blob }]);
      const { name } = request.params;
      const { channels: stored, isNew } = await store.channels.put(
        { name, format, blob, sha256 },
        request.caller.key,
      );
      void reply.code(isNew ? 201 : 200).header("location", `/v1/channels/${name}?version=${stored.version}`);
      return shown(stored);
    },
  );

  app.get(
    "/v1/channels",
    {
      config: { scope: "read" },
      schema: {
        tags: ["channels"],
        summary: "Stored channel contracts, the newest version of each",
        querystring: z.object({ ...pageQuery, after: storedName.optional() }),
        response: {
          200: channelsPage,
          ...errors,
        },
      },
    },
    async ({ query: { limit, after } }) => {
      const found = await store.channels.list(limit, after);
      return { channels: found.map(shown), next: found.length < limit ? null : found.at(-1)!.name };
    },
  );

  app.get(
    "/v1/channels/:name",
    {
      config: { scope: "read" },
      schema: {
        tags: ["channels"],
        summary: "A channel contract, as it came",
        params,
        querystring: version,
        response: { ...streamOf("application/yaml", "application/json"), ...errors },
      },
    },
    async (request, reply) => {
      const found = await find(request.params.name, request.query.version);
      void reply.header("packwright-channels-version", found.version);
      return sendFile(store.blobs, request, reply, `application/${found.format}`, found);
    },
  );

  app.get(
    "/v1/channels/:name/versions",
    {
      config: { scope: "read" },
      schema: {
        tags: ["channels"],
        summary: "All versions, newest first",
        params,
        response: { 200: channelsVersions, ...errors },
      },
    },
    async ({ params: { name } }) => {
      const versions = await store.channels.versions(name);
      if (versions.length === 0) throw await noChannels(store, name, undefined);
      return { versions: versions.map(shown) };
    },
  );

  app.get(
    "/v1/coverage",
    {
      config: { scope: "read" },
      schema: {
        tags: ["channels"],
        summary: "Which banks are served at a moment, by which channels, within which limits and until when",
        description:
          "For whoever packs by bank upstream, and to refuse at once what nobody covers. A channel that could not be done by its cut-off any more offers nothing; one that opens later does, as orders wait for it.",
        querystring: version.extend({
          channels: storedName.describe("Name of a stored channel contract"),
          bank: z.string().max(100).optional().describe("Only this bank, and the channels that serve it"),
          at: instantQuery.optional().describe("Default now"),
        }),
        response: { 200: coverageSchema, ...errors },
      },
    },
    async ({ query }) => {
      const found = await find(query.channels, query.version);
      const { bank, at: asked = new Date().toISOString() } = query;
      const instant = parseInstant(asked)!;
      const coverage = servedAt(await coverageOf(found), instant);
      // It may have been asked without seconds.
      const at = formatInstant(instant, offsetMinutes(asked)!);
      const { name, version: number } = found;
      if (bank === undefined) return { ...coverage, name, version: number, at };
      const own = coverage.banks.find((each) => each.bank === bank) ?? { ...coverage.others, bank };
      const offering = new Set([...own.batch, ...own.single].map(({ channel }) => channel));
      const channels = coverage.channels.filter(({ id }) => offering.has(id));
      return { ...coverage, channels, banks: [own], name, version: number, at };
    },
  );

  /** What was asked of late: a version never changes. */
  const known = new Map<string, z.output<typeof banksServedSchema>>();

  async function coverageOf({ name, version: number, format, blob }: ChannelsVersion) {
    const key = `${name} ${number}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const coverage = banksServedSchema.parse(
      await queries.ask("coverage", {}, [{ name: `channels.${format}`, blob }]),
    );
    if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value!);
    known.set(key, coverage);
    return coverage;
  }

  async function find(name: string, number: number | undefined): Promise<ChannelsVersion> {
    const found = await store.channels.get(name, number);
    if (found === null) throw await noChannels(store, name, number);
    return found;
  }
}

function shown({
  name,
  version,
  format,
  bytes,
  sha256,
  createdAt,
}: ChannelsVersion): z.output<typeof channelsSchema> {
  return { name, version, format, bytes, sha256, createdAt: createdAt.toISOString() };
}
