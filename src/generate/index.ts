export type { ChannelForm, ChannelsForm } from "./form.js";
export { generateInstance, type Instance } from "./instance.js";
export type { GenerateOptions } from "./options.js";
export { ORDER_COLUMNS, type OrderRecord } from "./orders.js";
export { CHANNELS_FILE, ORDERS_FILE, type WriteOptions, writeInstance } from "./writeInstance.js";
