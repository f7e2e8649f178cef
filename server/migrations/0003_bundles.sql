-- What each device said it uses of the catalogue.

-- @all

ALTER TABLE contact ADD COLUMN catalogue text NOT NULL DEFAULT '';
