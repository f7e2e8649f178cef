#!/bin/sh
# prune.sh FOLDER [DAYS]: what is needed to go back to any moment of the last DAYS days (30) stays:
# every base backup of the last week, the first of each week before, the newest that is older than
# DAYS, and the WAL from that one on. The rest goes. Run after a backup that was verified.
set -eu
. "$(dirname "$0")/programs.sh"
folder=$1 days=${2:-30}
cleanup=$(find_program pg_archivecleanup)
long_ago=$(date -u -d "$days days ago" +%Y%m%dT%H%M%SZ)
week_ago=$(date -u -d "7 days ago" +%Y%m%dT%H%M%SZ)
is_after() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort | tail -n 1)" = "$1" ]; }

oldest=
for base in "$folder"/base-*Z; do # in the order of their times
    [ -d "$base" ] || continue
    if [ -z "$oldest" ] || ! is_after "${base##*/base-}" "$long_ago"; then oldest=$base; fi
done
[ -n "$oldest" ] || exit 0

week=
for base in "$folder"/base-*Z; do
    time=${base##*/base-}
    of=$(date -u -d "$(echo "$time" | cut -c 1-8)" +%G-%V)
    if is_after "${oldest##*/base-}" "$time" ||
        { [ "$of" = "$week" ] && ! is_after "$time" "$week_ago"; }; then
        rm -rf "$base"
    else
        week=$of
    fi
done
find "$folder" -maxdepth 1 -name 'base-*.part' -mtime +1 -exec rm -rf {} +

first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
"$cleanup" -x .gz "$folder/wal" "$first"
echo "$oldest"
