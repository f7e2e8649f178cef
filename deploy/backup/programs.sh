# Sourced by the others. find_program NAME [VERSION] prints where a program of PostgreSQL is: that of
# the version, else on the PATH, else of any version. Debian keeps them off the PATH of systemd.
find_program() {
    if [ -x "/usr/lib/postgresql/${2:-none}/bin/$1" ]; then
        echo "/usr/lib/postgresql/$2/bin/$1"
    elif command -v "$1"; then
        :
    elif ! ls /usr/lib/postgresql/*/bin/"$1" 2> /dev/null | sort -V | tail -n 1 | grep .; then
        echo "$0: $1 is not installed (package postgresql)" >&2
        return 1
    fi
}
