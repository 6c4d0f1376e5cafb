import { isAway } from "../../store/database.js";
import type { Attempted, Webhook, WebhookStore } from "../../store/webhookStore.js";
import { Loops } from "../loop.js";
import type { AllowedHosts } from "./hosts.js";
import { post } from "./post.js";
import { signatureHeaders } from "./signature.js";

export interface WebhookSettings {
  /** Whom webhooks may go to. */
  readonly allowed: AllowedHosts;
  /** What they are signed with; none where none may go anywhere. */
  readonly secrets: readonly Buffer[];
}

export interface SenderOptions extends WebhookSettings {
  readonly webhooks: WebhookStore;
  readonly log: SenderLog;
}

/** What is worth telling. Never a URL, which may hold a secret of the receiver's. */
export interface SenderLog {
  told(webhook: Webhook, status: number): void;
  failed(webhook: Webhook, attempted: Attempted): void;
  trouble(error: Error): void;
}

const TIMEOUT_MS = 10_000;
/** An attempt that is not heard of for so long is made again: its process is gone. */
const LOST_SECONDS = 20;
const LOOK_MS = 500;
/** Attempts at a time: one receiver that hangs must not keep the others waiting. */
const AT_ONCE = 8;

const FIRST_SECONDS = 2;
const LONGEST_SECONDS = 4 * 3_600;
const GIVEN_UP_AFTER = 19;

/** Seconds after an attempt that failed until the next: from 2 s to 4 h, a day in all; null for none. @param attempt from 1 */
export function secondsToNext(attempt: number): number | null {
  if (attempt >= GIVEN_UP_AFTER) return null;
  return Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (attempt - 1));
}

/** Tells receivers what they are to be told, until they have heard it or it is given up. Any number of processes can do so at once. */
export class WebhookSender {
  readonly #options: SenderOptions;
  readonly #loops = new Loops();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loops.repeat(() => this.#take());
  }

  /** Ends when those that are being told have been told, which {@link TIMEOUT_MS} bounds. */
  stop(): Promise<void> {
    return this.#loops.stop();
  }

  async #take(): Promise<void> {
    const { webhooks, log } = this.#options;
    try {
      const webhook = this.#loops.open < AT_ONCE ? await webhooks.take(LOST_SECONDS) : null;
      // Where it is not written down, it will be told once more.
      if (webhook !== null)
        this.#loops.begin(this.#tell(webhook).catch((error: Error) => log.trouble(error)));
      else await this.#loops.pause(LOOK_MS);
    } catch (error) {
      if (!isAway(error)) log.trouble(error as Error);
      await this.#loops.pause(1_000);
    }
  }

  async #tell(webhook: Webhook): Promise<void> {
    const { webhooks, log } = this.#options;
    const attempted = await this.#attempt(webhook);
    if (attempted.error === null) log.told(webhook, attempted.status!);
    else log.failed(webhook, attempted);
    await webhooks.settle(webhook, attempted);
  }

  async #attempt(webhook: Webhook): Promise<Attempted> {
    const { id, event, url, content, traceparent, attempts } = webhook;
    const { secrets, allowed } = this.#options;
    const body = JSON.stringify({ event, ...content, ...linksOf(webhook), traceparent });
    const againIn = secondsToNext(attempts);
    try {
      const status = await post({
        url,
        body,
        allowed,
        timeoutMs: TIMEOUT_MS,
        headers: {
          "content-type": "application/json",
          "user-agent": "packwright",
          ...(traceparent === null ? {} : { traceparent }),
          ...signatureHeaders(secrets, id, Math.floor(Date.now() / 1_000), body),
        },
      });
      if (status >= 200 && status < 300) return { status, error: null, againIn: null };
      // 410 says that there will never be anybody.
      return { status, error: `answered ${status}`, againIn: status === 410 ? null : againIn };
    } catch (error) {
      return { status: null, error: (error as Error).message.slice(0, 500), againIn };
    }
  }
}

/** Paths of the service: what it is called from outside it does not know. */
function linksOf({ job, content: { kind } }: Webhook): object {
  if (job === null) return {};
  return { links: { job: `/v1/jobs/${job}`, ...(kind === "plan" ? { plan: `/v1/plans/${job}` } : {}) } };
}
