import type { Database, Queryable, Row } from "./database.js";

/** A channel contract under a name, as it was at one time. It never changes: another content is another version. */
export interface ChannelsVersion {
  readonly name: string;
  /** From 1. */
  readonly version: number;
  readonly format: "yaml" | "json";
  /** The channels file, as it came. */
  readonly blob: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
}

const SELECT = `SELECT c.name, c.version, c.format, c.blob, b.bytes::float8 AS bytes, b.sha256, c.created_at AS "createdAt"
  FROM packwright.channels c JOIN packwright.blob b ON b.id = c.blob`;

export class ChannelsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a content as the newest version, unless it is that already. @returns it, and whether it is new */
  async put(
    channels: Pick<ChannelsVersion, "name" | "format" | "blob" | "sha256">,
    createdBy: string | null,
  ): Promise<{ readonly channels: ChannelsVersion; readonly isNew: boolean }> {
    const { name, format, blob, sha256 } = channels;
    return this.#database.transaction(async (within) => {
      // Two callers at once would want the same number.
      await within.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
        `packwright.channels ${name}`,
      ]);
      const newest = await this.get(name, undefined, within);
      if (newest?.sha256 === sha256 && newest.format === format) return { channels: newest, isNew: false };
      const version = (newest?.version ?? 0) + 1;
      await within.query(
        `INSERT INTO packwright.channels (name, version, format, blob, created_by) VALUES ($1, $2, $3, $4, $5)`,
        [name, version, format, blob, createdBy],
      );
      return { channels: (await this.get(name, version, within))!, isNew: true };
    });
  }

  /** @param version default the newest */
  async get(
    name: string,
    version?: number,
    within: Queryable = this.#database,
  ): Promise<ChannelsVersion | null> {
    const [row] = await within.query<Row & ChannelsVersion>(
      `${SELECT} WHERE c.name = $1 AND ($2::int IS NULL OR c.version = $2) ORDER BY c.version DESC LIMIT 1`,
      [name, version ?? null],
    );
    return row ?? null;
  }

  /** The newest version of each name, by name. @param after the last name of the page before */
  async list(limit: number, after?: string): Promise<ChannelsVersion[]> {
    return this.#database.query<Row & ChannelsVersion>(
      `${SELECT} WHERE ($1::text IS NULL OR c.name > $1) AND c.version =
         (SELECT max(n.version) FROM packwright.channels n WHERE n.name = c.name) ORDER BY c.name LIMIT $2`,
      [after ?? null, limit],
    );
  }

  /** All versions of a name, newest first. */
  async versions(name: string): Promise<ChannelsVersion[]> {
    return this.#database.query<Row & ChannelsVersion>(
      `${SELECT} WHERE c.name = $1 ORDER BY c.version DESC`,
      [name],
    );
  }
}
