import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Scope } from "../model/apiKey.js";
import type { Database, Row } from "./database.js";

/** A key that callers show; its secret is known to its holder alone. */
export interface ApiKey {
  readonly id: string;
  /** What it is for, in its maker's words. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Requests that it may make in a minute. */
  readonly perMinute: number;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

const COLUMNS = `id, name, scopes, per_minute AS "perMinute", created_at AS "createdAt", expires_at AS "expiresAt",
  revoked_at AS "revokedAt"`;
const FORM = /^pw_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export class KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns the key and its text, which is told this once */
  async create(
    key: Pick<ApiKey, "name" | "scopes" | "perMinute" | "expiresAt">,
  ): Promise<{ readonly key: ApiKey; readonly text: string }> {
    const id = randomBytes(6).toString("hex");
    // 256 bits of chance cannot be guessed, so that a fast hash is as good as a slow one.
    const secret = randomBytes(32).toString("base64url");
    const [row] = await this.#database.query<Row & ApiKey>(
      `INSERT INTO packwright.api_key (id, name, hash, scopes, per_minute, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
      [id, key.name, hashOf(secret), [...key.scopes], key.perMinute, key.expiresAt],
    );
    return { key: row!, text: `pw_${id}_${secret}` };
  }

  /** @returns the key that a text is of; null where it is of none, or of one that has expired or was revoked */
  async find(text: string): Promise<ApiKey | null> {
    const [, id, secret] = FORM.exec(text) ?? [];
    if (id === undefined || secret === undefined) return null;
    const [row] = await this.#database.query<Row & ApiKey & { hash: string }>(
      `SELECT hash, ${COLUMNS} FROM packwright.api_key
       WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
      [id],
    );
    if (row === undefined) return null;
    const { hash, ...key } = row;
    return timingSafeEqual(Buffer.from(hash, "hex"), Buffer.from(hashOf(secret), "hex")) ? key : null;
  }

  async list(): Promise<ApiKey[]> {
    return this.#database.query<Row & ApiKey>(
      `SELECT ${COLUMNS} FROM packwright.api_key ORDER BY created_at, id`,
    );
  }

  /** @returns false where there is none that is in force */
  async revoke(id: string): Promise<boolean> {
    const rows = await this.#database.query(
      "UPDATE packwright.api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id",
      [id],
    );
    return rows.length > 0;
  }
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
