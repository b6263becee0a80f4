#!/bin/sh
# Runs matterbridge, and starts it again where it would not find back to a far end by itself:
# - an account that failed when it started is left out by matterbridge until its next start;
# - SSH-chat is never connected to again once the connection is lost.
#
#   start.sh run CONFIG ACCOUNTS AUTHORITIES COURIER    AUTHORITIES is a file of PEM, alone in its directory; COURIER is a URL
#   start.sh healthy PORT
#   start.sh networks ACCOUNTS    prints JSON: account -> "connected", or what it is instead
#
# ACCOUNTS has a line each: PLATFORM.NAME, the port of its connection (0 where that cannot be told from others), and whether the
# connection is forgotten or kept, once it is lost.
#
# POSIX shell with busybox or Debian's tools. What is said elsewhere while matterbridge is down is lost, so that it is started again at once.
set -u
state=/tmp/relay

case $1 in
networks)
    accounts=$2
    ;;
healthy)
    # Its own HTTP server answers, and the rooms were joined.
    [ -e $state/joined ] || exit 1
    wget -q -O /dev/null "http://127.0.0.1:$2/api/health"
    exit
    ;;
esac

# Ports of the far side of connections that are open, in hexadecimal as the kernel has them.
open_ports() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ _ remote state_ _; do
        [ "$state_" = 01 ] && echo "${remote##*:}"
    done
}

# Prints the accounts that have a connection of their own, and do not have it now; of those alone that are $1, where that is given.
lost() {
    open=$(open_ports)
    while read -r account port kind; do
        [ "$port" = 0 ] && continue
        [ -n "${1:-}" ] && [ "$kind" != "$1" ] && continue
        case " $(echo $open) " in
        *" $(printf %04X "$port") "*) ;;
        *) echo "$account" ;;
        esac
    done <"$accounts"
}

# Prints the accounts that failed when it started.
failed() {
    sed 's/.*msg="Bridge \([^ ]*\) failed.*/\1/' $state/failed 2>/dev/null
}

if [ "$1" = networks ]; then
    out=" $(echo $(lost) $(failed)) "
    separator=
    printf '{'
    while read -r account _; do
        case $out in
        *" $account "*) condition="not connected" ;;
        *) condition=connected ;;
        esac
        printf '%s"%s": "%s"' "$separator" "${account#*.}" "$condition"
        separator=', '
    done <"$accounts"
    echo '}'
    exit
fi

config=$2
accounts=$3
courier=$5
# Go reads every file of the directory, besides the system's own certificates.
export SSL_CERT_DIR="${4%/*}"
mkdir -p $state
rm -f $state/*
mkfifo $state/log

# Seconds until the next attempt: 10, 20, 40 … 600, kept over restarts of the program but not of the container.
pause=10

matterbridge=
stop() {
    [ -n "$matterbridge" ] && kill -KILL "$matterbridge" 2>/dev/null
    exit 0
}
trap stop TERM INT

while :; do
    rm -f $state/joined $state/failed
    # It has nothing to put away: messages are on their way or were not taken.
    # So that the courier tells one start from the next.
    run=$courier/run/$(tr -d - </proc/sys/kernel/random/uuid)
    MATTERBRIDGE_MATRIX_HOMESERVER_SERVER=$run /bin/matterbridge -conf "$config" >$state/log 2>&1 &
    matterbridge=$!
    (
        while IFS= read -r line; do
            printf '%s\n' "$line"
            case $line in
            # Quotes in what people write are escaped, so that nobody can write such a line.
            *' level=error msg="Bridge matrix.homeserver failed '*)
                # Nothing is relayed without it.
                kill -KILL $matterbridge
                ;;
            *' level=error msg="Bridge '*' failed '*)
                printf '%s\n' "$line" >>$state/failed
                ;;
            *' msg="Gateway(s) started succesfully. '*)
                touch $state/joined
                # From here on it takes what is said in the rooms.
                while kill -0 $matterbridge && ! wget -q -O /dev/null "$run/started"; do sleep 1; done 2>/dev/null &
                ;;
            esac
        done <$state/log
    ) &
    reader=$!
    waited=0
    while kill -0 $matterbridge 2>/dev/null; do
        sleep 1 &
        wait $!
        waited=$((waited + 1))
        [ -e $state/joined ] || continue
        missing=$(lost forgotten)
        if [ -z "$missing" ] && [ ! -e $state/failed ]; then
            [ $waited -ge 600 ] && pause=10
            continue
        fi
        if [ $waited -ge $pause ]; then
            echo "relay: starting again, since these accounts are not connected: $(echo $missing $(failed))"
            kill -KILL $matterbridge
            pause=$((pause * 2))
            [ $pause -gt 600 ] && pause=600
            break
        fi
    done
    wait $matterbridge
    wait $reader
    # One that ends by itself, and that soon, is not to take the machine.
    [ $waited -ge 5 ] && rest=0
    sleep ${rest:-0}
    rest=$((${rest:-0} + 1))
    [ $rest -gt 30 ] && rest=30
done
