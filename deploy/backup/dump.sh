#!/bin/sh
# dump.sh FILE [pg_dump options]: the whole database as one file for another PostgreSQL version.
# Run as the superuser: row-level security binds everybody else. Back with:
#   createdb NAME && pg_restore --dbname=NAME --exit-on-error FILE
set -eu
file=$1
shift
pg_dump --format=custom --file="$file.part" "$@"
pg_restore --list "$file.part" > /dev/null
mv "$file.part" "$file"
sync "$file"
