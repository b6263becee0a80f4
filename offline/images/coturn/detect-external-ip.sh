#!/bin/sh
# Prints this machine's public address: REAL_EXTERNAL_IP where set, else what a public resolver sees.
# --ipv4 (the default) or --ipv6.
set -eu
family=-4 type=A
case ${1:---ipv4} in
  --ipv4) ;;
  --ipv6) family=-6 type=AAAA ;;
  *) echo "detect-external-ip: unknown argument $1" >&2 && exit 1 ;;
esac
if [ -n "${REAL_EXTERNAL_IP:-}" ]; then
  echo "$REAL_EXTERNAL_IP"
  exit
fi
address=$(dig "$family" +short +time=3 +tries=1 @resolver1.opendns.com myip.opendns.com "$type" | grep -E '^[0-9a-f.:]+$' || true)
[ -n "$address" ] || { echo 'detect-external-ip: no resolver answered; set REAL_EXTERNAL_IP' >&2 && exit 1; }
echo "$address"
