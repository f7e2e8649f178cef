#!/bin/sh
# base-backup.sh FOLDER [pg_basebackup options]: a base backup in FOLDER/base-TIME, verified.
# With the WAL in FOLDER/wal it restores the city to any moment after it. The key of the city
# (keys/city.key) is not in it: keep that apart, sealed, in two places.
# What did not come about leaves nothing behind; exit code 1 then.
set -eu
. "$(dirname "$0")/programs.sh"
folder=$1
shift
verify=$(find_program pg_verifybackup)
name="$folder/base-$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$folder"
trap 'rm -rf "$name.part"' EXIT
trap 'exit 1' HUP INT TERM
pg_basebackup --pgdata="$name.part" --format=plain --wal-method=stream --checkpoint=fast \
    --manifest-checksums=SHA256 "$@"
verify=$(find_program pg_verifybackup "$(cat "$name.part/PG_VERSION")")
"$verify" --quiet "$name.part"
mv "$name.part" "$name"
sync "$folder"
echo "$name"
