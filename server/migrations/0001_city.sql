-- The city's tables: journals of all offices, rosters, enrolment, budgets.
--
-- Statements are separated by empty lines. "-- @postgresql" and "-- @sqlite" open a part for one
-- engine only, "-- @all" closes it. On SQLite "bytea" is read as "blob". The office ("off") stands
-- first in every primary key, so that the tables can be spread over servers by office.

-- @all

CREATE TABLE city (
  name text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE office (
  off text NOT NULL,
  name text NOT NULL,
  profile text NOT NULL,
  added_ms bigint NOT NULL,
  PRIMARY KEY (off)
);

-- @postgresql

CREATE TABLE ev (
  off text NOT NULL,
  log bytea NOT NULL,
  seq bigint NOT NULL,
  n bigint NOT NULL,
  st text NOT NULL,
  rx_ms bigint NOT NULL,
  body bytea NOT NULL,
  hash bytea NOT NULL,
  sig bytea,
  PRIMARY KEY (off, log, seq)
) PARTITION BY HASH (off);

DO $$
BEGIN
  FOR part IN 0..63 LOOP
    EXECUTE format(
      'CREATE TABLE ev_%s PARTITION OF ev FOR VALUES WITH (MODULUS 64, REMAINDER %s)', part, part);
  END LOOP;
END $$;

-- @sqlite

CREATE TABLE ev (
  off text NOT NULL,
  log bytea NOT NULL,
  seq bigint NOT NULL,
  n bigint NOT NULL,
  st text NOT NULL,
  rx_ms bigint NOT NULL,
  body bytea NOT NULL,
  hash bytea NOT NULL,
  sig bytea,
  PRIMARY KEY (off, log, seq)
);

-- @all

CREATE UNIQUE INDEX ev_arrival ON ev (off, n);

CREATE INDEX ev_stream ON ev (off, st);

CREATE TABLE head (
  off text NOT NULL,
  log bytea NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  rx_ms bigint NOT NULL,
  tree_size bigint NOT NULL,
  root bytea NOT NULL,
  sig bytea NOT NULL,
  PRIMARY KEY (off, log)
);

CREATE TABLE tree (
  off text NOT NULL,
  size bigint NOT NULL,
  peaks bytea NOT NULL,
  PRIMARY KEY (off)
);

CREATE TABLE tree_node (
  off text NOT NULL,
  level integer NOT NULL,
  idx bigint NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (off, level, idx)
);

CREATE TABLE device (
  off text NOT NULL,
  log bytea NOT NULL,
  public_key bytea NOT NULL,
  incarnation integer NOT NULL,
  slot integer NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  last_seq bigint,
  priority integer,
  PRIMARY KEY (off, log)
);

CREATE INDEX device_log ON device (log);

CREATE INDEX device_key ON device (public_key);

CREATE TABLE contact (
  off text NOT NULL,
  log bytea NOT NULL,
  seen_ms bigint NOT NULL,
  app text NOT NULL,
  offset_ms bigint NOT NULL,
  head_seq bigint NOT NULL,
  behind_since_ms bigint,
  PRIMARY KEY (off, log)
);

CREATE TABLE enrolment_code (
  off text NOT NULL,
  digest bytea NOT NULL,
  made_ms bigint NOT NULL,
  expires_ms bigint NOT NULL,
  used_ms bigint,
  used_log bytea,
  PRIMARY KEY (off, digest)
);

CREATE TABLE fork (
  off text NOT NULL,
  log bytea NOT NULL,
  seq bigint NOT NULL,
  hash_a bytea NOT NULL,
  hash_b bytea NOT NULL,
  body_a bytea NOT NULL,
  body_b bytea NOT NULL,
  sig_a bytea,
  sig_b bytea,
  seen_ms bigint NOT NULL,
  PRIMARY KEY (off, log, seq, hash_a, hash_b)
);

CREATE TABLE refusal (
  off text NOT NULL,
  log bytea NOT NULL,
  code text NOT NULL,
  minute bigint NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY (off, log, code, minute)
);

CREATE TABLE peer_head (
  off text NOT NULL,
  peer bytea NOT NULL,
  log bytea NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (off, peer, log)
);

CREATE TABLE dirty_stream (
  off text NOT NULL,
  st text NOT NULL,
  since_ms bigint NOT NULL,
  PRIMARY KEY (off, st)
);

-- @sqlite

CREATE TABLE rate_budget (
  off text NOT NULL,
  who text NOT NULL,
  tokens double precision NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (off, who)
);

CREATE TABLE nonce (
  off text NOT NULL,
  log bytea NOT NULL,
  nonce bytea NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (off, log, nonce)
);

CREATE TRIGGER ev_no_update BEFORE UPDATE ON ev
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER ev_no_delete BEFORE DELETE ON ev
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER fork_no_update BEFORE UPDATE ON fork
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER fork_no_delete BEFORE DELETE ON fork
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- @postgresql

-- Budgets and nonces may be forgotten in a crash; unlogged, they cost no write to the log.
CREATE UNLOGGED TABLE rate_budget (
  off text NOT NULL,
  who text NOT NULL,
  tokens double precision NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (off, who)
) WITH (fillfactor = 50);

CREATE UNLOGGED TABLE nonce (
  off text NOT NULL,
  log bytea NOT NULL,
  nonce bytea NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (off, log, nonce)
);

-- Roles belong to the whole server, so another database of it may have made them already.
-- motcua_app writes for one office at a time; motcua_board reads all offices and writes nothing.
-- NOINHERIT: the first has the rights of the second only after SET ROLE.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['motcua_app', 'motcua_board'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOSUPERUSER NOBYPASSRLS NOINHERIT', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    -- From 16 on whoever makes a role is its member without the right to become it.
    IF NOT pg_has_role(CURRENT_USER, wanted,
        CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
    THEN
      EXECUTE format('GRANT %I TO %I', wanted, CURRENT_USER);
    END IF;
  END LOOP;
  IF NOT pg_has_role('motcua_app', 'motcua_board', 'MEMBER') THEN
    GRANT motcua_board TO motcua_app;
  END IF;
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION append_only(wanted regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part regclass;
BEGIN
  EXECUTE format('CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON %s
    FOR EACH ROW EXECUTE FUNCTION refuse_change()', wanted);
  FOR part IN SELECT relid FROM pg_partition_tree(wanted) UNION SELECT wanted LOOP
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %s
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
  END LOOP;
END $$;

-- The second wall between offices: whatever a query forgets, a row of another office is not there.
CREATE FUNCTION wall_offices(wanted regclass, rights text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', wanted);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', wanted);
  EXECUTE format('CREATE POLICY one_office ON %s
    USING (off = current_setting(''app.off'', true))', wanted);
  EXECUTE format('CREATE POLICY whole_city ON %s
    FOR SELECT TO motcua_board USING (true)', wanted);
  EXECUTE format('GRANT %s ON %s TO motcua_app', rights, wanted);
  EXECUTE format('GRANT SELECT ON %s TO motcua_board', wanted);
END $$;

REVOKE ALL ON FUNCTION append_only(regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION wall_offices(regclass, text) FROM PUBLIC;

SELECT append_only('ev'), append_only('fork'), append_only('tree_node');

SELECT
  wall_offices('office', 'SELECT, INSERT, UPDATE'),
  wall_offices('ev', 'SELECT, INSERT'),
  wall_offices('head', 'SELECT, INSERT, UPDATE'),
  wall_offices('tree', 'SELECT, INSERT, UPDATE'),
  wall_offices('tree_node', 'SELECT, INSERT'),
  wall_offices('device', 'SELECT, INSERT, UPDATE'),
  wall_offices('contact', 'SELECT, INSERT, UPDATE'),
  wall_offices('enrolment_code', 'SELECT, INSERT, UPDATE'),
  wall_offices('fork', 'SELECT, INSERT'),
  wall_offices('refusal', 'SELECT, INSERT, UPDATE'),
  wall_offices('peer_head', 'SELECT, INSERT, UPDATE'),
  wall_offices('dirty_stream', 'SELECT, INSERT, UPDATE, DELETE'),
  wall_offices('rate_budget', 'SELECT, INSERT, UPDATE'),
  wall_offices('nonce', 'SELECT, INSERT, DELETE');

REVOKE SELECT ON enrolment_code FROM motcua_board;

GRANT SELECT, INSERT ON city TO motcua_app;

GRANT SELECT ON schema_version, city TO motcua_app, motcua_board;
