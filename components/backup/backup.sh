#!/bin/sh
# Stores in the repository, again and again and independently of each other: the log that wal.sh receives, its copies of the whole
# database, and the media. A copy or a file that takes hours to store does not hold back the log.
# What pack.sh packs is stored too, if FILES is set: how the snapshots of that are tagged.
#
#   sh backup.sh MEDIA PAUSE DAYS COPYDAYS        stores every PAUSE seconds; deletes what is older than DAYS days, copies than COPYDAYS
#   sh backup.sh now                              stores at once, and ends when that is done
#   sh backup.sh stack                            stores standard input: what a new machine needs besides
#   sh backup.sh snapshots                        lists what is stored, as JSON
#   sh backup.sh read COPY LOG MEDIA              reads the whole repository, and puts the database of these snapshots into the spool
#   sh backup.sh read-ends                        takes it out again, and notes that all was well
#   sh backup.sh healthy                          whether the repository is open, and the last attempts came to an end
#
# Where the repository is, and its password, is in restic's variables: RESTIC_REPOSITORY, RESTIC_PASSWORD_FILE. SERVER is the server
# name, which the snapshots have as their host; AUTHORITY, if set, a file by which the store's certificate is trusted. In the spool are
#   stored          time since 1970 up to which everything acknowledged is in the repository
#   verified        time since 1970 at which a backup was last read as a whole and its database brought up
#   at/             the repository's id; the same time as in `stored`, for log and media alone; copies/ names the copies that are stored
#   read/, media    what `read` leaves: the database as it is in the repository, and the names of the files of media
# and in /tmp
#   opened          there once the repository is
#   faults/         why the last attempt failed, by what was to be stored
#   thinning        shared by all who store; held alone while snapshots are removed
#   requested       time since 1970 up to which somebody waits for everything to be stored
set -eu

spool=/var/tmp
at=$spool/at
now() { date +%s; }
restic() { /usr/bin/restic --quiet --cache-dir /tmp/cache ${AUTHORITY:+--cacert "$AUTHORITY"} "$@"; }
fault() { cat /tmp/faults/* 2>/dev/null | head -n 1 | grep .; }
# restic backup TAGS WORD...
store() {
  { flock -s 9 && restic backup --host "$SERVER" --tag "$@"; } 9>/tmp/thinning
}

case $1 in
  healthy)
    ! fault || exit 1
    [ -e /tmp/opened ]
    exit
    ;;
  now)
    asked=$(now)
    rm -f /tmp/faults/*
    echo "$asked" >/tmp/requested
    until [ -e "$spool/stored" ] && [ "$(cat "$spool/stored")" -ge "$asked" ]; do
      ! fault >&2 || exit 1
      sleep 1
    done
    exit
    ;;
  snapshots)
    restic --no-lock snapshots --json
    exit
    ;;
  read)
    rm -rf "$spool/read"
    # Without locks: the backups go on meanwhile.
    restic --no-lock check --read-data >/dev/null
    restic --no-lock restore "$2" --target "$spool/read" >/dev/null
    restic --no-lock restore "$3" --target "$spool/read" >/dev/null
    restic --no-lock ls "$4" >"$spool/media"
    exit
    ;;
  read-ends)
    rm -rf "$spool/read" "$spool/media"
    now >"$spool/verified"
    exit
    ;;
  stack)
    store stack --stdin --stdin-filename stack.json >/dev/null
    exit
    ;;
esac

media=$1
pause=$2
days=$3
copy_days=$4
day=86400

# The repository has a key for each password that opens it. It gets one for the current password, and loses the others.
change_password() {
  for former in /run/secrets/former-repository-password-*; do
    [ -e "$former" ] || return 0
    # The key that this password opens is marked by a star.
    key=$(restic --no-lock --password-file "$former" key list 2>/dev/null | sed -n 's/^\*\([0-9a-f]*\).*/\1/p')
    [ -n "$key" ] || continue
    # Nobody else writes to it: a lock is what a killed container left.
    restic --password-file "$former" unlock --remove-all >/dev/null 2>/tmp/said-repository || return
    restic --no-lock cat config >/dev/null 2>&1 ||
      restic --password-file "$former" key add --new-password-file "$RESTIC_PASSWORD_FILE" >/dev/null 2>/tmp/said-repository || return
    restic key remove "$key" >/dev/null 2>/tmp/said-repository || return
    echo "the repository has another password" >&2
  done
}

open_repository() {
  change_password || return
  restic cat config >/tmp/config 2>/tmp/said-repository && return
  # Only where there is none: a wrong password must not end in a second one.
  grep -q -E 'Is there a repository at|unable to open config file' /tmp/said-repository || return
  echo "making the repository" >&2
  restic init >/dev/null 2>/tmp/said-repository && restic cat config >/tmp/config 2>/tmp/said-repository
}

# What was stored elsewhere says nothing about this repository.
know_repository() {
  id=$(sed -n 's/^ *"id": "\([0-9a-f]*\)".*/\1/p' /tmp/config)
  [ "$(cat "$at/id" 2>/dev/null)" = "$id" ] || rm -rf "$at" "$spool/stored" "$spool/verified"
  mkdir -p "$at/copies"
  echo "$id" >"$at/id"
  # Nobody else stores here: these are a killed container's.
  restic unlock --remove-all >/dev/null 2>&1 || true
}

copies() { ls "$spool/base" 2>/dev/null | grep -E '^[0-9]+$' | sort -n; }

# note WHAT TIME: up to then, all of it is in the repository. Without a stored copy to start from, the log is of no use.
note() {
  echo "$2" >"$at/$1"
  for copy in $(copies); do
    [ -e "$at/copies/$copy" ] && [ -e "$at/log" ] && [ -e "$at/media" ] || continue
    [ -z "${FILES:-}" ] || [ -e "$at/files" ] || continue
    cat "$at/log" "$at/media" ${FILES:+"$at/files"} | sort -n | head -n 1 >"$spool/stored.$1"
    mv "$spool/stored.$1" "$spool/stored"
    return
  done
}

# Names that stay, while wal.sh renames and removes its own. A segment of the log may get its final name just then.
link() {
  { flock 9 && rm -rf "${2:?}" && mkdir -p "$(dirname "$2")" && cp -al "$1" "$2"; } 9>"$spool/lock"
}

store_log() {
  began=$(now)
  # Until the first copy there is nothing that it continues.
  oldest=$(copies | head -n 1)
  [ -n "$oldest" ] || return 0
  received=$(cat "$spool/received") || return
  link "$spool/wal" "$spool/links/wal" || link "$spool/wal" "$spool/links/wal" || return
  [ "$received" -lt "$began" ] || received=$began
  # A link counts as a change of the file's status.
  store "log,from=$oldest,to=$received" --ignore-ctime "$spool/links/wal" >/dev/null || return
  note log "$received"
}

store_copy() {
  for copy in $(copies); do
    [ ! -e "$at/copies/$copy" ] || continue
    rm -rf "$spool/copy"
    link "$spool/base/$copy" "$spool/copy/$copy" || return
    store "copy,at=$copy,major=$(cat "$spool/copy/$copy/PG_VERSION")" "$spool/copy" >/dev/null || return
    touch "$at/copies/$copy"
    rm -rf "$spool/copy"
  done
}

store_media() {
  began=$(now)
  # The log that was stored before: every file that it names is in this.
  after=$(cat "$at/log" 2>/dev/null || echo 0)
  store "media,after=$after" "$media" >/dev/null || return
  note media "$began"
}

# Asks for the directories as they are now, and waits for them.
packed() {
  echo "$began" >/files/asked
  until [ -e /files/answer ] && read -r answered said </files/answer && [ "$answered" -ge "$began" ]; do
    [ $(($(now) - began)) -lt 300 ] || { echo "the directories of backup.include were not read within 5 minutes" >&2; return 1; }
    sleep 1 & wait $!
  done
  [ "$said" = ok ] || { echo "$said" >&2; return 1; }
}

store_files() {
  began=$(now)
  packed || return
  store "$FILES" /files/files.tar >/dev/null || return
  note files "$began"
}

thinned=0
pruned=$(now)
# The newest all, then one a day, each with the whole log since a copy of the database: so every moment can be restored.
thin() {
  [ $(($(now) - thinned)) -ge 3600 ] || return 0
  # Not while a large copy is stored: the log must not wait for it.
  flock -n 9 || return 0
  restic unlock >/dev/null 2>&1 || true
  restic forget --host "$SERVER" --tag log --tag media --tag stack --tag files --group-by host,paths --keep-last 100 --keep-within-daily "${days}d" >/dev/null || return
  restic forget --host "$SERVER" --tag copy --group-by host,paths --keep-last 2 --keep-within "${copy_days}d" >/dev/null || return
  thinned=$(now)
  [ $(($(now) - pruned)) -ge $day ] || return 0
  restic prune --max-repack-size 1G >/dev/null || return
  pruned=$(now)
}

# due NAME TIME: whether it is to be stored again, as it was begun at TIME.
due() {
  passed=$(($(now) - $2))
  case $1 in
    # After the log, so that every file is there that the database names.
    media) [ "$at/log" -nt /tmp/media-begun ] || [ "$passed" -ge $((3 * pause)) ] ;;
    *) [ "$passed" -ge "$pause" ] || { [ -e /tmp/requested ] && [ "$(cat /tmp/requested)" -gt "$2" ]; } ;;
  esac
}

again() {
  while :; do
    begun=$(now)
    touch "/tmp/$1-begun"
    if "store_$1" 2>"/tmp/said-$1" && { [ "$1" != log ] || thin 9>/tmp/thinning 2>"/tmp/said-$1"; }; then
      rm -f "/tmp/faults/$1"
    else
      failed "$1"
    fi
    until due "$1" "$begun"; do
      sleep 1 & wait $!
    done
  done
}

failed() {
  # The last line says why; restic's own first word is "Fatal:".
  tail -n 1 "/tmp/said-$1" | sed 's/^Fatal: //' >"/tmp/faults/$1"
  cat "/tmp/said-$1" >&2
}

trap 'exit 0' TERM INT
mkdir -p /tmp/faults
until open_repository; do
  failed repository
  sleep 5 & wait $!
done
know_repository
touch /tmp/opened
rm -f /tmp/faults/repository
again copy &
again media &
[ -z "${FILES:-}" ] || again files &
again log
