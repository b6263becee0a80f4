#!/bin/bash
# Runs turnserver with the certificate that the gateway has in the volume it shares with the relay.
#
#   bash coturn.sh HOST OPTION…      HOST: name that the certificate is for; OPTIONs: turnserver's own
#
# The certificate may come long after the relay, and is replaced while calls run. So turnserver reads it through links, which lead
# to nothing until there is a certificate (TLS connections then fail, everything else works). Each time what is behind them is
# another certificate, turnserver is told by SIGUSR2, which makes it read both files again and drops no relay.
# No copies: the private key stays in the one place it has.
set -u

host=$1
shift
shared=/var/tmp
links=/tmp/coturn
poll_seconds=3

# Sets certificate and key: of what was installed, or what Caddy got by ACME, the newest: a stack may have had another kind before.
find_certificate() {
  local found found_key
  certificate='' key=''
  for found in "$shared/installed/gateway.pem" "$shared/caddy/certificates"/*/"$host/$host.crt"; do
    # A .pem holds its key itself.
    found_key=${found/%.crt/.key}
    [[ -s $found && -s $found_key ]] || continue
    [[ -n $certificate && ! $found -nt $certificate ]] || certificate=$found key=$found_key
  done
  [[ -n $certificate ]]
}

# Lets the links lead to the certificate, and ends with 0 if it is another one than before. Two files are replaced one after the
# other: a pair that does not fit is refused by turnserver, which keeps the one before, and the next round sees the rest.
seen=''
take_certificate() {
  find_certificate || return
  local sum
  sum=$(sha256sum "$certificate" "$key") && [[ $sum != "$seen" ]] || return
  ln -sfn "$certificate" "$links/certificate.pem" && ln -sfn "$key" "$links/key.pem" && seen=$sum
}

# Until turnserver handles SIGUSR2 (signal 12, so bit 11 of the mask) that would end it.
reads_again_when_told() {
  local mask
  mask=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$server/status" 2>/dev/null) && ((16#${mask:-0} & 1 << 11))
}

umask 077
mkdir -p "$links"
ln -sfn /dev/null "$links/certificate.pem"
ln -sfn /dev/null "$links/key.pem"
take_certificate

# Relays talk to each other by the container's own addresses, which are known only here and lie in a range that is denied.
# An external address needs no line of its own: coturn maps it to the container's before it looks.
own=()
for address in $(hostname -I); do own+=("--allowed-peer-ip=$address"); done

turnserver "$@" "${own[@]}" --cert="$links/certificate.pem" --pkey="$links/key.pem" &
server=$!
# As process 1 turnserver would not heed the stop signal; as a child it does.
trap 'kill -TERM "$server" 2>/dev/null' TERM INT

while kill -0 "$server" 2>/dev/null; do
  if reads_again_when_told && take_certificate; then kill -USR2 "$server"; fi
  sleep "$poll_seconds" &
  wait -n
done
wait "$server"
