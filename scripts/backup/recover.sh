#!/bin/sh
# Makes a database of a copy and the log after it, in an empty data directory. In two steps, each in a container of its own:
#
#   sh recover.sh copy COPY LOG DATA OWNER     as root: both, given to OWNER
#   sh recover.sh play DATA NAME [TIME]        as the owner: plays the log, up to TIME, and says in JSON what the database NAME holds
set -eu

if [ "$1" = copy ]; then
  data=$4
  cp -a "$2/." "$data/"
  cp -a "$3" "$data/restored-wal"
  chown -R "$5" "$data"
  chmod 700 "$data"
  exit
fi

data=$2
name=$3
time=${4:-}
wal=$data/restored-wal
options="-c listen_addresses= -c unix_socket_directories=/tmp -c hba_file=/tmp/hba -c logging_collector=off"
echo 'local all all trust' >/tmp/hba
cat >>"$data/postgresql.auto.conf" <<END
restore_command = 'cp "$wal/%f" "%p" || cp "$wal/%f.partial" "%p"'
recovery_target_timeline = 'latest'
END
[ -z "$time" ] || cat >>"$data/postgresql.auto.conf" <<END
recovery_target_time = '$time'
recovery_target_action = 'promote'
END
touch "$data/recovery.signal"

ask() { psql --no-psqlrc --host=/tmp --username=postgres --tuples-only --no-align --dbname="$1" --command="$2"; }

serve() {
  postgres -D "$data" $options >/tmp/log 2>&1 &
  server=$!
  until [ "$(ask postgres 'select pg_is_in_recovery()' 2>/dev/null)" = f ]; do
    kill -0 "$server" 2>/dev/null || return
    sleep 0.2
  done
}
if ! serve && grep -q 'recovery ended before configured recovery target was reached' /tmp/log; then
  # Nothing was written between the last entry of the log and TIME.
  sed -i '/^recovery_target_/d' "$data/postgresql.auto.conf"
  serve || true
fi
kill -0 "$server" 2>/dev/null || { grep -m 1 'No space left' /tmp/log >&2 || grep -E 'FATAL|PANIC' /tmp/log | tail -n 1 >&2; exit 1; }

# Clients were told of these keys, and may have used them since. Source: https://element-hq.github.io/synapse/latest/usage/administration/backups.html
ask "$name" 'truncate e2e_one_time_keys_json' >/dev/null
ask "$name" "select json_build_object(
  'users', (select count(*) from users), 'rooms', (select count(*) from rooms), 'events', (select count(*) from events),
  'media', (select coalesce(json_agg(json_build_array(media_id, sha256)), '[]') from local_media_repository where url_cache is null))"
pg_ctl --pgdata="$data" --mode=fast --wait stop >/dev/null
# From here on it is a server like any other.
rm -rf "$wal"
sed -i '/^restore_command = /d; /^recovery_target_/d' "$data/postgresql.auto.conf"
