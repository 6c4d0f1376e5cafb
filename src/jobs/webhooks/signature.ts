import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** A secret of webhooks as its bytes; null where the text is none: `whsec_` and 24 to 64 bytes in base64. */
export function parseSecret(text: string): Buffer | null {
  if (!text.startsWith(PREFIX) || !/^[A-Za-z0-9+/]+=*$/.test(text.slice(PREFIX.length))) return null;
  const bytes = Buffer.from(text.slice(PREFIX.length), "base64");
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : null;
}

/**
 * The headers by which a receiver knows who has sent a body, as Standard Webhooks has them.
 *
 * @param secrets one signature each: while secrets are changed a receiver may know either
 * @param id of what is told, the same at every attempt
 * @param seconds since 1970
 */
export function signatureHeaders(
  secrets: readonly Buffer[],
  id: string,
  seconds: number,
  body: string,
): Record<string, string> {
  const signatures = secrets.map(
    (secret) => `v1,${createHmac("sha256", secret).update(`${id}.${seconds}.${body}`).digest("base64")}`,
  );
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": signatures.join(" "),
  };
}
