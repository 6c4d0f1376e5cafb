/** What somebody is to be told, and the nights of schedules. */
export const webhooksAndNights = `
CREATE TABLE packwright.webhook (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  event text NOT NULL,
  url text NOT NULL,
  job uuid,
  traceparent text,
  content jsonb NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'givenUp')),
  attempts int NOT NULL DEFAULT 0,
  last_status int,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Of the next attempt; while one is being made, when it counts as lost.
  next_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz);
CREATE INDEX webhook_next ON packwright.webhook (next_at) WHERE state = 'pending';
CREATE INDEX webhook_job ON packwright.webhook (job) WHERE job IS NOT NULL;

-- However a job ends, and whoever ends it: what is to be told is there with the end or not at all.
CREATE FUNCTION packwright.tell_of_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO packwright.webhook (event, url, job, traceparent, content)
  VALUES ('job.' || NEW.state, NEW.request ->> 'webhook', NEW.id, NEW.traceparent, jsonb_build_object(
    'job', NEW.id, 'kind', NEW.kind, 'state', NEW.state, 'finishedAt', NEW.finished_at, 'summary', NEW.result,
    -- Not what is wrong with which order: only callers with a key may read that.
    'problem', CASE WHEN NEW.problem IS NULL THEN NULL ELSE jsonb_build_object(
      'code', NEW.problem -> 'code', 'status', NEW.problem -> 'status', 'total', NEW.problem -> 'total') END));
  RETURN NULL;
END $$;
CREATE TRIGGER job_ended AFTER UPDATE OF state ON packwright.job FOR EACH ROW
  WHEN (OLD.state IN ('queued', 'running') AND NEW.state IN ('done', 'failed', 'cancelled') AND NEW.request ? 'webhook')
  EXECUTE FUNCTION packwright.tell_of_end();

-- What a schedule was when it was seen first: nothing before that is caught up.
CREATE TABLE packwright.schedule (
  id text PRIMARY KEY,
  cron text NOT NULL,
  since timestamptz NOT NULL);

-- A due instant of a schedule, and each time that its inputs were others.
CREATE TABLE packwright.night (
  schedule text NOT NULL,
  due timestamptz NOT NULL,
  revision int NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'planning', 'done', 'failed', 'missed')),
  by_hand boolean NOT NULL DEFAULT false,
  inputs_sha256 text,
  job uuid,
  complete boolean,
  traceparent text,
  problem jsonb,
  result jsonb,
  lease_token uuid,
  lease_owner text,
  lease_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (schedule, due, revision));
CREATE INDEX night_open ON packwright.night (schedule) WHERE state IN ('waiting', 'planning');
`;
