#!/bin/sh
# Stores the spool that wal.sh fills, /var/tmp, and the media, in the repository: again and again, the database first, the media after it.
#
#   sh backup.sh MEDIA PAUSE DAYS                 stores every PAUSE seconds; what is older than DAYS days is deleted
#   sh backup.sh now                              stores at once, and ends when that is done
#   sh backup.sh stack                            stores standard input: what a new machine needs besides
#   sh backup.sh read                             reads the whole repository, and puts the latest backup's database into the spool
#   sh backup.sh read-ends                        takes it out again, and notes that all was well
#   sh backup.sh healthy                          whether the repository is open, and the last attempt came to an end
#
# Where the repository is, and its password, is in restic's variables: RESTIC_REPOSITORY, RESTIC_PASSWORD_FILE. SERVER is the server
# name, which the snapshots have as their host; AUTHORITY, if set, a file by which the store's certificate is trusted. In the spool are
#   stored          time since 1970 up to which everything acknowledged is in the repository
#   verified        time since 1970 at which a backup was last read as a whole and its database brought up
#   read/, media    what `read` leaves: the database as it is in the repository, and the names of the files of media
# and in /tmp
#   opened          there once the repository is
#   fault           why the last attempt failed
#   thinning        held while snapshots are removed, during which nothing can be stored
#   requested       time since 1970 up to which somebody waits for everything to be stored
set -eu

spool=/var/tmp
now() { date +%s; }
restic() { /usr/bin/restic --quiet --cache-dir /tmp/cache ${AUTHORITY:+--cacert "$AUTHORITY"} "$@"; }

case $1 in
  healthy)
    [ ! -e /tmp/fault ] || { cat /tmp/fault; exit 1; }
    [ -e /tmp/opened ]
    exit
    ;;
  now)
    asked=$(now)
    rm -f /tmp/fault
    echo "$asked" >/tmp/requested
    until [ -e "$spool/stored" ] && [ "$(cat "$spool/stored")" -ge "$asked" ]; do
      [ ! -e /tmp/fault ] || { cat /tmp/fault >&2; exit 1; }
      sleep 1
    done
    exit
    ;;
  read)
    rm -rf "$spool/read"
    # Without locks: the backups go on meanwhile.
    restic --no-lock check --read-data >/dev/null
    restic --no-lock restore latest --host "$SERVER" --tag database --target "$spool/read" >/dev/null
    restic --no-lock ls latest --host "$SERVER" --tag media >"$spool/media"
    exit
    ;;
  read-ends)
    rm -rf "$spool/read" "$spool/media"
    now >"$spool/verified"
    exit
    ;;
  stack)
    { flock 9 && restic backup --host "$SERVER" --tag stack --stdin --stdin-filename stack.json >/dev/null; } 9>/tmp/thinning
    exit
    ;;
esac

media=$1
pause=$2
days=$3
day=86400
links=$spool/links

failed() {
  # The last line says why; restic's own first word is "Fatal:".
  tail -n 1 /tmp/said | sed 's/^Fatal: //' >/tmp/fault
  cat /tmp/said >&2
}

# The repository has a key for each password that opens it. It gets one for the current password, and loses the others.
change_password() {
  for former in /run/secrets/former-repository-password-*; do
    [ -e "$former" ] || return 0
    # The key that this password opens is marked by a star.
    key=$(restic --no-lock --password-file "$former" key list 2>/dev/null | sed -n 's/^\*\([0-9a-f]*\).*/\1/p')
    [ -n "$key" ] || continue
    # Nobody else writes to it: a lock is what a killed container left.
    restic --password-file "$former" unlock --remove-all >/dev/null 2>/tmp/said || return
    restic --no-lock cat config >/dev/null 2>&1 ||
      restic --password-file "$former" key add --new-password-file "$RESTIC_PASSWORD_FILE" >/dev/null 2>/tmp/said || return
    restic key remove "$key" >/dev/null 2>/tmp/said || return
    echo "the repository has another password" >&2
  done
}

open_repository() {
  change_password || return
  restic cat config >/dev/null 2>/tmp/said && return
  # Only where there is none: a wrong password must not end in a second one.
  grep -q -E 'Is there a repository at|unable to open config file' /tmp/said || return
  echo "making the repository" >&2
  restic init >/dev/null 2>/tmp/said
}

# Names that stay, while wal.sh renames and removes its own.
link_spool() {
  {
    flock 9 && rm -rf "$links" && mkdir -p "$links/base" && cp -al "$spool/wal" "$links/wal" &&
      cp -al "$spool"/base/[0-9]* "$links/base/"
  } 9>"$spool/lock"
}

store() {
  began=$(now)
  received=$(cat "$spool/received")
  # A segment of the log may get its final name just then.
  link_spool 2>/tmp/said || link_spool 2>/tmp/said || return
  oldest=$(ls "$links/base" | sort -n | head -n 1)
  # What a restore must know of it. A link counts as a change of the file's status.
  restic backup --host "$SERVER" --tag "database,from=$oldest,major=$(cat "$links/base/$oldest/PG_VERSION")" --ignore-ctime "$links" \
    >/dev/null 2>/tmp/said || return
  restic backup --host "$SERVER" --tag media "$media" >/dev/null 2>/tmp/said || return
  [ "$received" -lt "$began" ] || received=$began
  echo "$received" >"$spool/stored.new"
  mv "$spool/stored.new" "$spool/stored"
}

thinned=0
pruned=$(now)
# The newest all, then one a day, each with the whole log between two copies of the database: so every moment can be restored.
thin() {
  [ $(($(now) - thinned)) -ge 3600 ] || return 0
  # What a killed container left.
  restic unlock >/dev/null 2>&1 || true
  { flock 9 && restic forget --host "$SERVER" --group-by host,paths --keep-last 100 --keep-within-daily "${days}d" >/dev/null 2>/tmp/said; } \
    9>/tmp/thinning || return
  thinned=$(now)
  [ $(($(now) - pruned)) -ge $day ] || return 0
  { flock 9 && restic prune --max-repack-size 1G >/dev/null 2>/tmp/said; } 9>/tmp/thinning || return
  pruned=$(now)
}

trap 'exit 0' TERM INT
until open_repository; do
  failed
  sleep 5 & wait $!
done
touch /tmp/opened
rm -f /tmp/fault
while :; do
  asked=$(now)
  # Until the first copy there is nothing to store.
  if [ -n "$(ls "$spool/base" 2>/dev/null | grep -E '^[0-9]+$')" ]; then
    if store && thin; then rm -f /tmp/fault; else failed; fi
  fi
  until [ $(($(now) - asked)) -ge "$pause" ] || { [ -e /tmp/requested ] && [ "$(cat /tmp/requested)" -gt "$asked" ]; }; do
    sleep 1 & wait $!
  done
done
