import type { z } from "zod";

/** A body in one media type. */
export interface MediaType {
  /** Absent for what has no text. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
}

/** Bodies and examples by media type. */
export type Content = Readonly<Record<string, MediaType>>;
