/** Whoever throws a content away asks whether anything refers to it, of each. */
export const blobReferences = `
CREATE INDEX order_set_blob ON packwright.order_set (blob);
CREATE INDEX channels_blob ON packwright.channels (blob);
`;
