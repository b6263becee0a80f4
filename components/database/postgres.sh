#!/bin/sh
# Runs postgres, and first initialises the volume if there is nothing in it.
#
#   sh postgres.sh PASSWORD_FILE OPTION…      PASSWORD_FILE: the superuser's password; OPTIONs: postgres's own
#
# Initialising may be cut short, by a kill or by the machine. The image's own entry point takes what is then there for a
# database, and starts it half made. So a folder of its own holds it until it is whole; nothing was ever served from that.
set -eu

password_file=$1
shift
unfinished=$PGDATA/initialising
whole=$PGDATA/initialised

# Where the files of two major versions were being exchanged, neither is whole.
if [ -e "$PGDATA/upgrade-leaving" ] || { [ -e "$PGDATA/upgrade-former" ] && [ -e "$PGDATA/upgrade-new" ]; }; then
  echo "an upgrade to another major version was cut short; go back: make upgrade-database, with STACK= and without IMAGE=" >&2
  exit 1
fi

# postgres insists on this mode.
chmod 700 "$PGDATA"

if [ ! -e "$PGDATA/PG_VERSION" ] && [ ! -e "$whole" ]; then
  rm -rf "$unfinished"
  initdb --pgdata="$unfinished" --username=postgres --pwfile="$password_file" --auth-host=scram-sha-256 --encoding=UTF8 --locale=C
  echo 'host all all all scram-sha-256' >>"$unfinished/pg_hba.conf"
  sha256sum <"$password_file" >"$unfinished/superuser-password.sha256"
  mv "$unfinished" "$whole"
fi

# What is cut short here goes on at the next start.
if [ -e "$whole" ]; then
  find "$whole" -mindepth 1 -maxdepth 1 -exec mv {} "$PGDATA" \;
  rmdir "$whole"
fi

# The password may have been rotated since the volume was initialised. It is set while nobody can connect.
current=$(sha256sum <"$password_file")
if [ "$(cat "$PGDATA/superuser-password.sha256" 2>/dev/null)" != "$current" ]; then
  # Its 285 bits cannot be guessed from the hash. -j: a statement ends with an empty line. A failed one must not be logged.
  said=$({
    printf "ALTER ROLE postgres PASSWORD '"
    sed "s/'/''/g" "$password_file" | tr -d '\n'
    printf "';\n\n"
  } | postgres --single -j -D "$PGDATA" -c log_min_error_statement=panic -c password_encryption=scram-sha-256 postgres 2>&1) &&
    ! echo "$said" | grep -q ERROR: || { echo "the superuser's password could not be set: $said" >&2; exit 1; }
  echo "$current" >"$PGDATA/superuser-password.sha256"
fi

exec postgres "$@"
