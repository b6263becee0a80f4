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

# postgres insists on this mode.
chmod 700 "$PGDATA"

if [ ! -e "$PGDATA/PG_VERSION" ] && [ ! -e "$whole" ]; then
  rm -rf "$unfinished"
  initdb --pgdata="$unfinished" --username=postgres --pwfile="$password_file" --auth-host=scram-sha-256 --encoding=UTF8 --locale=C
  echo 'host all all all scram-sha-256' >>"$unfinished/pg_hba.conf"
  mv "$unfinished" "$whole"
fi

# What is cut short here goes on at the next start.
if [ -e "$whole" ]; then
  find "$whole" -mindepth 1 -maxdepth 1 -exec mv {} "$PGDATA" \;
  rmdir "$whole"
fi

exec postgres "$@"
