#!/bin/sh
# base-backup.sh FOLDER [pg_basebackup options]: a base backup in FOLDER/base-TIME, verified.
# With the WAL in FOLDER/wal it restores the city to any moment after it. The key of the city
# (keys/city.key) is not in it: keep that apart, sealed, in two places.
set -eu
folder=$1
shift
name="$folder/base-$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$folder"
pg_basebackup --pgdata="$name.part" --format=plain --wal-method=stream --checkpoint=fast \
    --manifest-checksums=SHA256 "$@"
pg_verifybackup --quiet "$name.part"
mv "$name.part" "$name"
sync "$folder"
echo "$name"
