-- Attachments: which ones an office's events name, and which of them are kept in files.

-- @all

CREATE TABLE blob (
  off text NOT NULL,
  hash text NOT NULL,
  said_size bigint NOT NULL,
  size bigint NOT NULL,
  kept_ms bigint NOT NULL,
  PRIMARY KEY (off, hash)
);

-- @postgresql

SELECT wall_offices('blob', 'SELECT, INSERT, UPDATE');
