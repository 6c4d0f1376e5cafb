INSERT INTO packwright.blob (id, bytes, sha256) VALUES
  ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 15, 'a'), ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 2, 'b');
INSERT INTO packwright.blob_chunk (blob, part, content) VALUES ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 0, '{}');
INSERT INTO packwright.job (id, kind, state, size, request, created_by, attempt, result, finished_at, keep_until, lease_token)
  VALUES ('11111111-1111-4111-8111-111111111111', 'plan', 'done', 'small', '{"options": {"timeLimit": 10}}', NULL, 2,
    '{"gap": 0.001}', now(), now() + interval '30 days', '22222222-2222-4222-8222-222222222222'),
  ('33333333-3333-4333-8333-333333333333', 'what-if', 'queued', 'large', '{"options": {}}', 'abcabcabcabc', 0, NULL, NULL, NULL, NULL);
INSERT INTO packwright.job_file (job, role, name, blob) VALUES
  ('11111111-1111-4111-8111-111111111111', 'input', 'orders.csv', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'),
  ('11111111-1111-4111-8111-111111111111', 'output', 'plan.json', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb');
INSERT INTO packwright.order_set (id, format, blob) VALUES ('night', 'csv', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
INSERT INTO packwright.channels (name, version, format, blob) VALUES
  ('contract', 1, 'yaml', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'), ('contract', 2, 'json', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb');
INSERT INTO packwright.api_key (id, name, hash, scopes, per_minute) VALUES ('abcabcabcabc', 'ops', 'x', '{admin}', 60);
INSERT INTO packwright.idempotency (caller, key, request_sha256, job, holder, held_until) VALUES
  ('', 'k', 's', '11111111-1111-4111-8111-111111111111', '44444444-4444-4444-8444-444444444444', now());
