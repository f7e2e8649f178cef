-- Readings of the journals for the city board and the public status page, and who may look.
--
-- Everything named board_* is made anew from the journals at any time. No name, number or address
-- of a citizen stands in it.

-- @all

CREATE TABLE board_dossier (
  off text NOT NULL,
  id text NOT NULL,
  code text NOT NULL,
  status text NOT NULL,
  procedure text NOT NULL,
  procedure_name text NOT NULL,
  department text NOT NULL,
  channel bigint NOT NULL,
  return_method text NOT NULL,
  received_ms bigint NOT NULL,
  received_day text NOT NULL,
  due_ms bigint NOT NULL,
  original_due_ms bigint NOT NULL,
  extended bigint NOT NULL,
  waiting_since_ms bigint,
  respond_by text NOT NULL,
  requests bigint NOT NULL,
  finished_ms bigint,
  finished_day text NOT NULL,
  handed_ms bigint,
  late bigint NOT NULL,
  conflicts bigint NOT NULL,
  conflict_since_ms bigint,
  fold_version bigint NOT NULL,
  PRIMARY KEY (off, id)
);

CREATE INDEX board_dossier_code ON board_dossier (code);

CREATE INDEX board_dossier_open ON board_dossier (off, due_ms) WHERE finished_ms IS NULL;

CREATE INDEX board_dossier_finished ON board_dossier (finished_day, off, late);

CREATE INDEX board_dossier_received ON board_dossier (received_day, off);

CREATE INDEX board_dossier_conflict ON board_dossier (off) WHERE conflicts > 0;

CREATE TABLE board_book (
  off text NOT NULL,
  st text NOT NULL,
  year bigint NOT NULL,
  series text NOT NULL,
  holder text NOT NULL,
  last bigint NOT NULL,
  voided bigint NOT NULL,
  missing bigint NOT NULL,
  missing_text text NOT NULL,
  missing_since_ms bigint,
  twice bigint NOT NULL,
  twice_text text NOT NULL,
  twice_since_ms bigint,
  fenced bigint NOT NULL,
  PRIMARY KEY (off, st)
);

CREATE TABLE board_office (
  off text NOT NULL,
  desk text NOT NULL,
  desk_phone text NOT NULL,
  PRIMARY KEY (off)
);

CREATE TABLE board_fault (
  off text NOT NULL,
  st text NOT NULL,
  words text NOT NULL,
  since_ms bigint NOT NULL,
  PRIMARY KEY (off, st)
);

CREATE TABLE operator (
  login text NOT NULL,
  name text NOT NULL,
  offices text NOT NULL,
  rights text NOT NULL,
  salt bytea NOT NULL,
  kdf text NOT NULL,
  digest bytea NOT NULL,
  token_digest bytea,
  active bigint NOT NULL,
  added_ms bigint NOT NULL,
  PRIMARY KEY (login)
);

CREATE TABLE operator_session (
  digest bytea NOT NULL,
  login text NOT NULL,
  began_ms bigint NOT NULL,
  used_ms bigint NOT NULL,
  PRIMARY KEY (digest)
);

CREATE TABLE operator_audit (
  id text NOT NULL,
  at_ms bigint NOT NULL,
  login text NOT NULL,
  act text NOT NULL,
  off text NOT NULL,
  subject text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE board_setting (
  name text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE web_tries (
  bucket text NOT NULL,
  began_ms bigint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (bucket)
);

-- @sqlite

CREATE TRIGGER operator_audit_no_update BEFORE UPDATE ON operator_audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

CREATE TRIGGER operator_audit_no_delete BEFORE DELETE ON operator_audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

-- @postgresql

SELECT append_only('operator_audit');

SELECT
  wall_offices('board_dossier', 'SELECT, INSERT, UPDATE, DELETE'),
  wall_offices('board_book', 'SELECT, INSERT, UPDATE, DELETE'),
  wall_offices('board_office', 'SELECT, INSERT, UPDATE, DELETE'),
  wall_offices('board_fault', 'SELECT, INSERT, UPDATE, DELETE');

GRANT SELECT, INSERT, UPDATE ON operator, board_setting TO motcua_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON operator_session, web_tries TO motcua_app;

GRANT SELECT, INSERT ON operator_audit TO motcua_app;
