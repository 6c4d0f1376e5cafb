/** Everything that the service keeps. Large contents are elsewhere: in files, or in `blob_chunk`. */
export const initial = `
CREATE TABLE packwright.blob (
  id uuid PRIMARY KEY,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());

-- Without a reference to blob: its row comes last, when all of it is there.
CREATE TABLE packwright.blob_chunk (
  blob uuid NOT NULL,
  part int NOT NULL,
  content bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (blob, part));
ALTER TABLE packwright.blob_chunk ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE packwright.api_key (
  id text PRIMARY KEY,
  name text NOT NULL,
  hash text NOT NULL,
  scopes text[] NOT NULL,
  per_minute int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz);

CREATE TABLE packwright.channels (
  name text NOT NULL,
  version int NOT NULL,
  format text NOT NULL CHECK (format IN ('yaml', 'json')),
  blob uuid NOT NULL REFERENCES packwright.blob,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  PRIMARY KEY (name, version));

CREATE TABLE packwright.order_set (
  id text PRIMARY KEY,
  format text NOT NULL,
  blob uuid NOT NULL REFERENCES packwright.blob,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text);

CREATE TABLE packwright.job (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  size text NOT NULL CHECK (size IN ('small', 'large')),
  request jsonb NOT NULL,
  created_by text,
  traceparent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  keep_until timestamptz,
  attempt int NOT NULL DEFAULT 0,
  crashes int NOT NULL DEFAULT 0,
  lease_token uuid,
  lease_owner text,
  lease_until timestamptz,
  stop text CHECK (stop IN ('keep', 'discard')),
  progress jsonb,
  result jsonb,
  problem jsonb);
CREATE INDEX job_lease ON packwright.job (lease_until) WHERE state = 'running';
CREATE INDEX job_age ON packwright.job (created_at DESC, id);
CREATE INDEX job_keep ON packwright.job (keep_until) WHERE keep_until IS NOT NULL;

CREATE TABLE packwright.job_file (
  job uuid NOT NULL REFERENCES packwright.job ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('input', 'output')),
  name text NOT NULL,
  blob uuid NOT NULL REFERENCES packwright.blob,
  PRIMARY KEY (job, role, name));
CREATE INDEX job_file_blob ON packwright.job_file (blob);

CREATE TABLE packwright.idempotency (
  caller text NOT NULL,
  key text NOT NULL,
  request_sha256 text,
  job uuid,
  holder uuid NOT NULL,
  held_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key));
`;
