#!/bin/sh
# Makes a cluster of this image's major version, with everything that the running server holds, in the folder upgrade-new of its volume.
#
#   sh copy.sh DATA      DATA: the volume; the server answers at 127.0.0.1
#
# The first line of standard input is the superuser's password. When standard input ends, whoever started this is gone: then it ends too,
# and leaves nothing. On standard output it says what it does, a line each.
set -eu

data=$1
unfinished=$data/upgrade-unfinished
# Tables up to this many bytes are compared by their content, larger ones by their number of rows.
small=268435456

read -r password
export PGPASSFILE=/tmp/pgpass
(umask 077 && printf '*:*:*:postgres:%s\n' "$(printf '%s' "$password" | sed 's/[\\:]/\\&/g')" >"$PGPASSFILE")
exec 3<&0
{ cat <&3 >/dev/null; kill -KILL -1; } &
trap 'rm -rf "$unfinished"' EXIT

old() { program=$1; shift; "$program" --host=127.0.0.1 --username=postgres "$@"; }
new() { program=$1; shift; "$program" --host=/tmp --username=postgres "$@"; }
ask() { "$1" psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$2" --command="$3"; }
failed() { echo "$1" >&2; exit 1; }

rm -rf "$unfinished"
echo "making a cluster of $(postgres --version)"
initdb --pgdata="$unfinished" --username=postgres --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C >/tmp/initdb 2>&1 ||
  failed "$(tail -n 1 /tmp/initdb)"
echo 'host all all all scram-sha-256' >>"$unfinished/pg_hba.conf"

# What is lost by a crash is made again; at the end everything is written to the disk.
postgres -D "$unfinished" -c listen_addresses= -c unix_socket_directories=/tmp -c fsync=off -c full_page_writes=off -c autovacuum=off \
  -c max_wal_size=2GB -c logging_collector=off >/tmp/log 2>&1 &
server=$!
until new pg_isready --quiet; do
  kill -0 "$server" 2>/dev/null || failed "$(grep -E 'FATAL|PANIC' /tmp/log | tail -n 1)"
  sleep 0.2
done

total=$(ask old postgres 'select sum(pg_database_size(oid)) from pg_database')
while sleep 5; do
  size=$(ask new postgres 'select sum(pg_database_size(oid)) from pg_database' 2>/dev/null) || continue
  echo "copying: $((size / 1048576)) MB of about $((total / 1048576)) MB"
done &
progress=$!

echo "copying roles"
old pg_dumpall --globals-only >/tmp/globals
# initdb has made this one.
sed -i '/^CREATE ROLE postgres;$/d' /tmp/globals
new psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --file=/tmp/globals >/dev/null

databases=$(ask old postgres "select datname from pg_database where datallowconn and datname not in ('template0', 'template1', 'postgres') order by 1")
for database in $databases; do
  echo "copying database $database"
  { old pg_dump --format=custom --compress=0 --create "$database" || touch /tmp/failed; } |
    new pg_restore --create --exit-on-error --dbname=postgres
  [ ! -e /tmp/failed ] || failed "database $database could not be read"
done
kill "$progress" 2>/dev/null || true

# The same questions to both: they are made of the old one's tables.
questions="select format('select %L, count(*), %s from %I.%I t;', n.nspname || '.' || c.relname,
    case when pg_table_size(c.oid) <= $small then 'coalesce(sum((''x'' || substr(md5(t::text), 1, 8))::bit(32)::bigint), 0)' else '0' end,
    n.nspname, c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') order by n.nspname, c.relname"
sequences="select format('select %L, last_value, is_called from %I.%I;', schemaname || '.' || sequencename, schemaname, sequencename)
  from pg_sequences order by 1"
# From PostgreSQL 18 on what may not be null is a constraint too.
shapes="select 'select ''indexes, constraints, triggers'', (select count(*) from pg_indexes where schemaname <> ''pg_catalog''),
    (select count(*) from pg_constraint where contype <> ''n'' and
      connamespace not in (''pg_catalog''::regnamespace, ''information_schema''::regnamespace)),
    (select count(*) from pg_trigger where not tgisinternal);'"
tables=0
for database in $databases; do
  echo "comparing database $database"
  for question in "$questions" "$sequences" "$shapes"; do ask old "$database" "$question"; done >/tmp/questions
  old psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$database" --file=/tmp/questions >/tmp/before
  new psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$database" --file=/tmp/questions >/tmp/after
  if ! cmp -s /tmp/before /tmp/after; then
    failed "database $database differs after it was copied: $(diff /tmp/before /tmp/after | grep '^[<>]' | head -n 4 | tr '\n' ' ')"
  fi
  tables=$((tables + $(ask old "$database" "$questions" | wc -l)))
done
# Without statistics the first queries would be slow.
echo "collecting statistics"
new vacuumdb --all --analyze-only --quiet --jobs=2

pg_ctl --pgdata="$unfinished" --mode=fast --wait stop >/dev/null
initdb --pgdata="$unfinished" --sync-only >/dev/null
mv "$unfinished" "$data/upgrade-new"
echo "equal: $tables tables, $((total / 1048576)) MB"
