import { initial } from "./0001-initial.js";
import { webhooksAndNights } from "./0002-webhooks-and-nights.js";
import { jobIndexes } from "./0003-job-indexes.js";
import { nights } from "./0004-nights.js";
import { jobLosses } from "./0005-job-losses.js";
import { blobReferences } from "./0006-blob-references.js";
import { orderCounts } from "./0007-order-counts.js";

/** What makes the tables, version by version. A migration that has been released is never changed. */
export const MIGRATIONS: readonly string[] = [
  initial,
  webhooksAndNights,
  jobIndexes,
  nights,
  jobLosses,
  blobReferences,
  orderCounts,
];
