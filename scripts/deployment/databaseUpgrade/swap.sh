#!/bin/sh
# Exchanges the files of a database's volume for those in its folder upgrade-new, by renaming alone: it takes no space, and goes on or
# back wherever it was cut short. The server is stopped.
#
#   sh swap.sh DATA swap       the former files are in upgrade-former afterwards
#   sh swap.sh DATA undo       back to the former files; nothing of the new ones stays
#   sh swap.sh DATA finish     removes the former files
set -eu

cd "$1"
# What is neither old nor new: upgrade-leaving has some of the former files while the rest is still here, upgrade-former all of them.
here() { find . -mindepth 1 -maxdepth 1 ! -name 'upgrade-*'; }
leave() { here | while read -r one; do mv "$one" "$1/"; done; }
enter() {
  find "$1" -mindepth 1 -maxdepth 1 | while read -r one; do mv "$one" .; done
  rmdir "$1"
}

case $2 in
  swap)
    [ -e upgrade-new/PG_VERSION ] || { echo "there is no new cluster" >&2; exit 1; }
    mkdir upgrade-leaving
    leave upgrade-leaving
    mv upgrade-leaving upgrade-former
    enter upgrade-new
    ;;
  undo)
    if [ -e upgrade-former ]; then
      mkdir -p upgrade-new
      leave upgrade-new
      mv upgrade-former upgrade-leaving
    fi
    [ ! -e upgrade-leaving ] || enter upgrade-leaving
    rm -rf upgrade-new upgrade-unfinished
    ;;
  finish) rm -rf upgrade-former ;;
esac
sync
