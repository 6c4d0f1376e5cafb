/** How many orders a set has is counted while it comes; of those that were there before nobody knows. */
export const orderCounts = `
ALTER TABLE packwright.order_set ADD COLUMN orders bigint;
`;
