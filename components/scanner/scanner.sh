#!/bin/sh
# Runs ClamAV's daemon.
#   sh scanner.sh download DIRECTORY    with ClamAV's own signatures, which are downloaded into DIRECTORY and kept up to date
#   sh scanner.sh given                 with the signatures that its configuration names
#   sh scanner.sh healthy               whether it scans; it is well as long as the first download is under way, too
set -eu

case $1 in
  healthy)
    [ ! -e /tmp/downloading ] || exit 0
    exec clamdscan --config-file=/etc/scanner/clamd.conf --ping 1
    ;;
  download)
    touch /tmp/downloading
    mkdir -p "$2"
    until [ -e "$2/main.cvd" ] || [ -e "$2/main.cld" ]; do
      freshclam --config-file=/etc/scanner/freshclam.conf || { rm -f /tmp/downloading; sleep 60 & wait $!; }
    done
    # A new start has old ones: the daemon below fetches what came since.
    freshclam --config-file=/etc/scanner/freshclam.conf --daemon --foreground &
    rm -f /tmp/downloading
    ;;
esac
exec clamd --config-file=/etc/scanner/clamd.conf --foreground
