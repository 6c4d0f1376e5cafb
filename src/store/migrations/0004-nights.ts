/** How long nights are kept, up to when schedules have entered theirs, and which jobs go first. */
export const nights = `
-- Of jobs that wait, the higher ones are taken first.
ALTER TABLE packwright.job ADD COLUMN priority smallint NOT NULL DEFAULT 0;

ALTER TABLE packwright.night ADD COLUMN keep_until timestamptz;
UPDATE packwright.night SET keep_until = greatest(finished_at, due) + interval '30 days' WHERE finished_at IS NOT NULL;
CREATE INDEX night_keep ON packwright.night (keep_until) WHERE keep_until IS NOT NULL;

-- \`since\` moves on with each night that is entered, so that it is known though the night is thrown away.
UPDATE packwright.schedule s SET since = greatest(since,
  (SELECT max(due) FROM packwright.night n WHERE n.schedule = s.id AND NOT n.by_hand));
`;
