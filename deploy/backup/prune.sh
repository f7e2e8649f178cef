#!/bin/sh
# prune.sh FOLDER [DAYS]: what is needed to go back to any moment of the last DAYS days (30) stays:
# the newest base backup that is older than DAYS, the first of each week after it, the newest two,
# and the WAL from the first of these on. The rest goes. Run after a backup that was verified.
set -eu
. "$(dirname "$0")/programs.sh"
folder=$1 days=${2:-30}
cleanup=$(find_program pg_archivecleanup)
long_ago=$(date -u -d "$days days ago" +%Y%m%d%H%M%S)
time_of() { echo "${1##*/base-}" | tr -d TZ; }

set --
oldest=
for base in "$folder"/base-*Z; do # in the order of their times
    [ -d "$base" ] || continue
    set -- "$@" "$base"
    if [ -z "$oldest" ] || [ "$(time_of "$base")" -le "$long_ago" ]; then oldest=$base; fi
done
[ -n "$oldest" ] || exit 0

week=
while [ $# -gt 2 ]; do
    time=$(time_of "$1")
    of=$(date -u -d "$(echo "$time" | cut -c 1-8)" +%G-%V)
    if [ "$time" -lt "$(time_of "$oldest")" ] || [ "$of" = "$week" ]; then
        rm -rf "$1"
    else
        week=$of
    fi
    shift
done
find "$folder" -maxdepth 1 -name 'base-*.part' -mtime +1 -exec rm -rf {} +

first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
"$cleanup" -x .gz "$folder/wal" "$first"
echo "$oldest"
