#!/bin/sh
# restore.sh BASE WAL DATA [TIME]: makes the data folder DATA from a base backup and the archived
# WAL, up to its end or to TIME ("2026-11-22 08:00:00+07"). Start PostgreSQL on DATA afterwards:
# it replays the WAL and opens. Then: city verify (docs/city.md)
set -eu
. "$(dirname "$0")/programs.sh"
base=$1 wal=$2 data=$3 time=${4:-}
if [ -e "$data" ] && [ -n "$(ls -A "$data")" ]; then
    echo "restore.sh: $data is not empty" >&2
    exit 1
fi
verify=$(find_program pg_verifybackup "$(cat "$base/PG_VERSION")")
"$verify" --quiet "$base"
mkdir -p "$data"
cp -a "$base/." "$data/"
chmod 700 "$data"
{
    printf "restore_command = 'test -f \"%s/%%f.gz\" && gzip -dc \"%s/%%f.gz\" > \"%%p\"'\n" \
        "$wal" "$wal"
    echo "recovery_target_timeline = 'latest'"
    if [ -n "$time" ]; then
        echo "recovery_target_time = '$time'"
        echo "recovery_target_action = 'promote'"
    fi
} >> "$data/postgresql.auto.conf"
touch "$data/recovery.signal"
sync "$data"
echo "$data"
