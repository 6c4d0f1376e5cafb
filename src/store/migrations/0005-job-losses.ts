/** How often a job's worker was lost with it: beginning it again after a graceful stop is no such loss. */
export const jobLosses = `
ALTER TABLE packwright.job ADD COLUMN losses int NOT NULL DEFAULT 0;
`;
