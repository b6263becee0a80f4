#!/bin/sh
# Runs Caddy, and gives the relay the certificate that Caddy got by ACME.
#
#   sh acmeCopy.sh HOST ISSUED SERVED ARGUMENT…      HOST: name that the certificate is for; ISSUED: Caddy's storage, which is the
#                                                    gateway's own; SERVED: file for the relay; ARGUMENTs: Caddy's
#
# The relay gets the certificate and its key in one file, and none of the rest: with the ACME account one could issue others.
set -u

host=$1 issued=$2 served=$3
shift 3
poll_seconds=5

# What was issued last: a stack may have had another ACME server before.
newest() {
  ls -t "$issued"/certificates/*/"$host/$host.crt" 2>/dev/null | head -n 1
}

# Caddy writes two files, one after the other: a pair that does not fit yet is copied anew once the second is there.
copy() {
  crt=$(newest)
  [ -n "$crt" ] && [ -s "$crt" ] && [ -s "${crt%.crt}.key" ] || return 0
  [ ! -e "$served" ] || [ "$crt" -nt "$served" ] || [ "${crt%.crt}.key" -nt "$served" ] || return 0
  cat "$crt" "${crt%.crt}.key" >"$served.new" && mv "$served.new" "$served"
}

umask 077
# What another kind of certificate left here is older than what is issued; its time says nothing.
[ ! -e "$served" ] || touch -t 197001010000 "$served"

caddy "$@" &
server=$!
ending=''
trap 'ending=1; kill -TERM "$server" 2>/dev/null' TERM INT
# A stop does not wait for the next look: the gateway is away as long as this takes.
while [ -z "$ending" ] && kill -0 "$server" 2>/dev/null; do
  copy
  sleep "$poll_seconds" &
  wait $!
done
wait "$server"
