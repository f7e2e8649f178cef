#!/bin/sh
# Runs its arguments with the first Python from 3.11 to 3.13 it finds (PYTHON=... names one).
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
        >/dev/null 2>&1; then
        exec "$candidate" "$@"
    fi
done
echo "Cần Python 3.11, 3.12 hoặc 3.13; trên Debian 12 hãy nhờ quản trị máy chạy (Python 3.11 to 3.13 is needed, ask for): sudo apt-get install -y python3 python3-venv" >&2
exit 1
