#!/bin/sh
# archive_command of PostgreSQL: archive-wal.sh PATH NAME FOLDER. Keeps one segment, durably, as
# NAME.gz: a segment sent after five quiet minutes is 16 MB of nearly nothing.
# A segment that is there already must be the same; another content is refused, never overwritten.
# From FULL_AT per cent on the disk of FOLDER is told of in PostgreSQL's log with every segment:
# an archive that can take no more fills pg_wal next, and then the city stops.
set -eu
path=$1 name=$2 folder=$3
mkdir -p "$folder"
used=$(df -P "$folder" | awk 'NR == 2 { print $5 + 0 }')
if [ "$used" -ge "${FULL_AT:-85}" ]; then
    echo "archive-wal.sh: WARNING: the disk of $folder is $used % full" >&2
fi
if [ -e "$folder/$name.gz" ]; then
    gzip -dc "$folder/$name.gz" | cmp -s - "$path"
else
    gzip -c "$path" > "$folder/.$name.tmp"
    sync "$folder/.$name.tmp"
    mv "$folder/.$name.tmp" "$folder/$name.gz"
fi
sync "$folder/$name.gz" "$folder"
