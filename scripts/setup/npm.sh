#!/bin/bash
# Installs the npm packages. In shell, since the other steps are TypeScript and need the packages.
set -uo pipefail
cd "$(dirname "$0")/../.."
export npm_config_update_notifier=false

if ! command -v npm >/dev/null; then
  echo 'Node.js and npm are missing: install Node.js 20.19 or newer (https://nodejs.org)' >&2
  exit 1
fi
if [[ -L node_modules ]]; then
  echo 'node_modules is a link, and npm would empty the folder that it points to: remove the link, then run the same command again' >&2
  exit 1
fi
mkdir -p .tools/logs
log=.tools/logs/npm.log
started=$SECONDS
echo '❯ npm packages'
npm ci --no-progress --loglevel=error >"$log" 2>&1 &
npm=$!
trap 'kill "$npm"' INT TERM
while kill -0 "$npm" 2>/dev/null; do
  sleep 0.2
  elapsed=$((SECONDS - started))
  if ((elapsed >= ${next:=15})); then
    echo "  npm packages: $(ls node_modules 2>/dev/null | wc -l) folders ($elapsed s)"
    next=$((elapsed + 15))
  fi
done
if ! wait "$npm"; then
  echo "✖ npm packages [$((SECONDS - started)) s]"
  tail -n 15 "$log" | sed 's/^/    /' >&2
  echo "  Whole log: $log" >&2
  echo '  Next: the npm registry must be reachable (`npm config get registry`); then run the same command again' >&2
  exit 1
fi
echo "✔ npm packages [$((SECONDS - started)) s]"
