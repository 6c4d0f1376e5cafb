/** What is asked of jobs often. */
export const jobIndexes = `
-- Jobs that have ended of late are asked for with every look at the figures.
CREATE INDEX job_finished ON packwright.job (finished_at) WHERE finished_at IS NOT NULL;

-- How many wait is asked before each job that is taken on.
CREATE INDEX job_waiting ON packwright.job (state, size) WHERE state IN ('queued', 'running');
`;
