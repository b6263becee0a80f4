#!/bin/sh
# Writes an example configuration, then a registration, and then runs the bridge as UID:GID, as the upstream images do.
set -eu
program=$(echo /usr/bin/mautrix-*)
config=/data/config.yaml
registration=/data/registration.yaml

if [ ! -f "$config" ]; then
    "$program" -c "$config" -e
    echo "There was no configuration: an example is now at $config. Edit it, and start the container again for a registration."
    exit
fi
if [ ! -f "$registration" ]; then
    "$program" -g -c "$config" -r "$registration"
    echo "There was no registration: one is now at $registration. Give it to the homeserver, and start the container again."
    exit
fi
cd /data
chown -R "$UID:${GID:-$UID}" /data
exec setpriv --reuid "$UID" --regid "${GID:-$UID}" --clear-groups "$program"
