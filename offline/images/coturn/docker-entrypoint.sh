#!/bin/bash
# Options alone are meant for turnserver. Arguments are expanded by the shell, as the upstream image does:
# "--external-ip=$(detect-external-ip)" is a usual one.
[[ ${1:-} != -* ]] || set -- turnserver "$@"
words=$(eval "echo $*")
# shellcheck disable=SC2086 # split into words on purpose
exec $words
