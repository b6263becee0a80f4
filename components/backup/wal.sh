#!/bin/sh
# Receives the database's log (WAL) as it is written, and now and then copies the whole database: into the spool, which backup.sh stores.
#
#   sh wal.sh SPOOL PERIOD OFFSET      copies at each moment that is OFFSET seconds after a multiple of PERIOD, since 1970
#   sh wal.sh SPOOL healthy            whether the log is being received
#
# How to connect is in libpq's variables: PGHOST, PGUSER, PGPASSFILE. The spool has
#   base/SECONDS   copies of the whole database, by the time since 1970 at which each ended: the newest two
#   wal            the log since the older of them was begun
#   received       time since 1970 up to which the log was seen to be here
#   lock           held while something is removed or linked
set -eu

spool=$1
slot=backup
pause=2
now() { date +%s; }

if [ "$2" = healthy ]; then
  [ $(($(now) - $(cat "$spool/received"))) -lt 30 ]
  exit
fi

period=$2
offset=$3
mkdir -p "$spool/base" "$spool/wal"

receive() {
  trap 'kill "$receiving" 2>/dev/null; exit 0' TERM
  receiving=
  while :; do
    if pg_receivewal --slot="$slot" --create-slot --if-not-exists; then
      pg_receivewal --directory="$spool/wal" --slot="$slot" --status-interval=2 --no-loop &
      receiving=$!
      wait "$receiving" || true
    fi
    sleep "$pause"
  done
}

receiver=
copier=none
begin_receiving() {
  receive &
  receiver=$!
}
end_receiving() {
  kill "$receiver" 2>/dev/null || true
  wait "$receiver" 2>/dev/null || true
}
trap 'end_receiving; kill "$copier" 2>/dev/null || true; exit 0' TERM INT

ask() { psql --no-psqlrc --tuples-only --no-align --dbname=postgres --command="$1"; }

# The moment of the schedule that was last.
due() { echo $((($(now) - offset) / period * period + offset)); }

bases() { ls "$spool/base" | grep -E '^[0-9]+$' | sort -n; }

# Two stay, so that whoever stores the newer has what leads up to it as well; and of the log what they need.
remove_old() {
  for old in $(bases | head -n -2); do rm -rf "${spool:?}/base/$old"; done
  first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$spool/base/$(bases | head -n 1)/backup_label")
  pg_archivecleanup "$spool/wal" "$first"
}

copy_database() {
  began=$(now)
  rm -rf "$spool/base/unfinished"
  echo "copying the database" >&2
  # Without the log that belongs to it, which is received anyway.
  pg_basebackup --pgdata="$spool/base/unfinished" --wal-method=none --checkpoint=fast || return
  # From its end on it can be brought to any moment.
  { flock 9 && mv "$spool/base/unfinished" "$spool/base/$(now)" && remove_old; } 9>"$spool/lock" || return
  echo "copied the database in $(($(now) - began)) s" >&2
}

forget() {
  (
    flock 9
    rm -rf "$spool/base" "$spool/wal" "$spool/received"
    mkdir "$spool/base" "$spool/wal"
  ) 9>"$spool/lock"
}

# The server gives up the log rather than fill its disk: then there is a gap, and everything begins anew.
begin_anew() {
  echo "the server no longer has the log from where this had come to; beginning anew" >&2
  end_receiving
  kill "$copier" 2>/dev/null || true
  ask "select pg_drop_replication_slot('$slot')" >/dev/null
  forget
  begin_receiving
}

# What the spool has from another cluster, before an upgrade to another major version, leads to nothing in this one.
forget_another_cluster() {
  newest=$(bases | tail -n 1)
  # A log without a copy leads to nothing either.
  [ -n "$newest" ] || { forget; return; }
  # Every version has it at the beginning of this file.
  copied=$(od -An -td8 -N8 "$spool/base/$newest/global/pg_control" | tr -d ' ')
  until running=$(ask 'select system_identifier from pg_control_system()'); do
    sleep "$pause" & wait $!
  done
  [ "$running" != "$copied" ] || return 0
  echo "the copies are of another cluster than the server's; beginning anew" >&2
  forget
}

forget_another_cluster
begin_receiving
# A position in the log, and when the database had come to it.
position=0/0
position_at=
while :; do
  sleep "$pause"
  asked=$(now)
  state=$(ask "select coalesce((select wal_status from pg_replication_slots where slot_name = '$slot'), ''),
    coalesce((select max(write_lsn) >= '$position' from pg_stat_replication where application_name = 'pg_receivewal'), false),
    pg_current_wal_flush_lsn()") || continue
  case $state in
    'lost|'*) begin_anew ;;
    *'|t|'*)
      if [ -n "$position_at" ]; then
        echo "$position_at" >"$spool/received.new"
        mv "$spool/received.new" "$spool/received"
      fi
      position=${state##*|}
      position_at=$asked
      base=$(bases | tail -n 1)
      # Beside the rest: it may take hours.
      if { [ -z "$base" ] || [ "$base" -lt "$(due)" ]; } && ! kill -0 "$copier" 2>/dev/null; then
        { copy_database || echo "the copy failed; it is tried again" >&2; } &
        copier=$!
      fi
      ;;
  esac
done
