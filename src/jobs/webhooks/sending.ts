import type { WebhookStore } from "../../store/webhookStore.js";
import type { Logger } from "../logger.js";
import { WebhookSender, type WebhookSettings } from "./sender.js";

/** Begins to send webhooks, and tells a log of it. Without a secret others do, who have one. */
export function startSender(
  webhooks: WebhookStore,
  settings: WebhookSettings,
  logger: Logger,
): Pick<WebhookSender, "stop"> {
  if (settings.secrets.length === 0) return { stop: async () => {} };
  const sender = new WebhookSender({
    ...settings,
    webhooks,
    log: {
      told: ({ id, event, job, attempts, traceparent }, status) =>
        logger.info({ webhook: id, event, job, attempt: attempts, status, traceparent }, "webhook told"),
      failed({ id, event, job, attempts, traceparent }, { status, error, againIn }) {
        const told = {
          webhook: id,
          event,
          job,
          attempt: attempts,
          status,
          reason: error,
          againIn,
          traceparent,
        };
        if (againIn === null) logger.error(told, "webhook given up");
        else logger.warn(told, "webhook not told yet");
      },
      trouble: (err) => logger.error({ err }, "trouble with webhooks"),
    },
  });
  sender.start();
  return sender;
}
