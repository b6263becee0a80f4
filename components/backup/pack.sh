#!/bin/sh
# Packs directories of the host, which may belong to any user, into one archive that backup.sh can read, each time that it asks.
#
#   sh pack.sh DIRECTORY...     each is mounted below /include
#   sh pack.sh healthy          whether the last attempt came to an end
#
# In the volume that both see, /var/tmp, are
#   asked       time since 1970: by then backup.sh wants a new archive
#   answer      the time that was asked for, and "ok" or why it failed
#   files.tar   the archive
set -eu

cd /var/tmp
if [ "$1" = healthy ]; then
  [ -e answer ] || exit 0
  read -r _ said <answer
  [ "$said" = ok ] || { echo "$said"; exit 1; }
  exit
fi

# A file that changes meanwhile is no fault: what appends to a file or replaces it, as the stores of bots do, is whole at any moment.
pack() {
  status=0
  tar -C /include -cf files.new "$@" 2>/tmp/said || status=$?
  [ "$status" -le 1 ] && mv files.new files.tar
}

trap 'exit 0' TERM INT
answered=0
for directory; do shift; set -- "$@" "${directory#/}"; done
while :; do
  if [ -e asked ] && [ "$(cat asked)" -gt "$answered" ]; then
    answered=$(cat asked)
    if pack "$@"; then said=ok; else said=$(tail -n 1 /tmp/said); fi
    echo "$answered $said" >answer.new
    mv answer.new answer
  fi
  sleep 1 & wait $!
done
