#!/bin/sh
# archive_command of PostgreSQL: archive-wal.sh PATH NAME FOLDER. Keeps one segment, durably.
# A segment that is there already must be the same; another content is refused, never overwritten.
set -eu
path=$1 name=$2 folder=$3
mkdir -p "$folder"
if [ -e "$folder/$name" ]; then
    exec cmp -s "$path" "$folder/$name"
fi
cp "$path" "$folder/.$name.tmp"
sync "$folder/.$name.tmp"
mv "$folder/.$name.tmp" "$folder/$name"
sync "$folder"
