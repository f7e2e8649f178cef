-- Portals that hand in online submissions, and what each of them handed in.

-- @all

CREATE TABLE portal (
  name text NOT NULL,
  digest bytea NOT NULL,
  active bigint NOT NULL,
  added_ms bigint NOT NULL,
  PRIMARY KEY (name)
);

CREATE UNIQUE INDEX portal_digest ON portal (digest);

CREATE TABLE portal_submission (
  off text NOT NULL,
  id text NOT NULL,
  portal text NOT NULL,
  external_id text NOT NULL,
  digest bytea NOT NULL,
  code text NOT NULL,
  submitted_at text NOT NULL,
  received_at text NOT NULL,
  PRIMARY KEY (off, id)
);

CREATE UNIQUE INDEX portal_submission_once ON portal_submission (portal, external_id);

CREATE UNIQUE INDEX portal_submission_code ON portal_submission (off, code);

CREATE UNIQUE INDEX portal_submission_id ON portal_submission (id);

-- @postgresql

SELECT wall_offices('portal_submission', 'SELECT, INSERT');

GRANT SELECT, INSERT, UPDATE ON portal TO motcua_app;
