#!/bin/bash
# Runs turnserver with the certificate that the gateway serves.
#
#   bash coturn.sh CERTIFICATE OPTION…      CERTIFICATE: file with the chain and its key, which the gateway writes; OPTIONs: turnserver's own
#
# The certificate may come long after the relay, and is replaced while calls run. So turnserver reads it through a link, which leads
# to nothing until there is a certificate (TLS connections then fail, everything else works). Each time there is another one,
# turnserver is told by SIGUSR2, which makes it read the file again and drops no call.
set -u

certificate=$1
shift
work=/tmp/coturn
link=$work/certificate.pem
seen=$work/seen
poll_seconds=3

# Lets the link lead to the certificate, and ends with 0 if it is another one than before. Shell alone: this runs every few seconds.
take_certificate() {
  [[ -s $certificate && (! -e $seen || $certificate -nt $seen || $seen -nt $certificate) ]] || return
  touch -r "$certificate" "$seen" && ln -sfn "$certificate" "$link"
}

# Until turnserver handles SIGUSR2 (signal 12, so bit 11 of the mask) that would end it.
reads_again_when_told() {
  local name mask
  while read -r name mask; do
    [[ $name != SigCgt: ]] || { ((16#$mask & 1 << 11)); return; }
  done <"/proc/$server/status"
} 2>/dev/null

umask 077
mkdir -p "$work"
ln -sfn /dev/null "$link"
# A restarted container has the note of the run before.
rm -f "$seen"
take_certificate

# Relays talk to each other by the container's own addresses, which are known only here and lie in a range that is denied.
# An external address needs no line of its own: coturn maps it to the container's before it looks.
own=()
for address in $(hostname -I); do own+=("--allowed-peer-ip=$address"); done

turnserver "$@" "${own[@]}" --cert="$link" --pkey="$link" &
server=$!
# As process 1 turnserver would not heed the stop signal; as a child it does.
trap 'kill -TERM "$server" 2>/dev/null' TERM INT

while kill -0 "$server" 2>/dev/null; do
  if reads_again_when_told && take_certificate; then kill -USR2 "$server"; fi
  sleep "$poll_seconds" &
  wait -n
done
wait "$server"
