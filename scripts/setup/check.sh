#!/bin/bash
# Format, lint and types of the TypeScript; format and vet of the Go; what must not be committed. Goes through all of them and fails if one did.
cd "$(dirname "$0")/../.."
failed=0

step() {
  local title=$1 started=$SECONDS
  shift
  if "$@"; then
    echo "✔ $title [$((SECONDS - started)) s]"
  else
    echo "✖ $title [$((SECONDS - started)) s]" >&2
    failed=1
  fi
}

go_format() {
  local unformatted
  unformatted=$(gofmt -l offline/plugins) || return
  [[ -z $unformatted ]] || { echo "not formatted (gofmt -w): $unformatted" >&2 && return 1; }
}

# Flags as in the build of the plugins: what that compiled is then not compiled again.
go_vet() {
  (cd offline/plugins && CGO_ENABLED=0 GOFLAGS="-trimpath -buildvcs=false" go vet ./...)
}

# `pulumi` writes it beside the settings at the first `make up`, from this machine's passphrase: in a clone it would open nothing.
no_salt() {
  local file
  for file in $(git ls-files --cached 'Pulumi.*.yaml' 2>/dev/null); do
    if git show ":$file" | grep -q '^encryptionsalt:'; then
      echo "$file is committed or staged with its encryptionsalt: take that line out, then git add $file" >&2
      return 1
    fi
  done
}

step 'biome: format and lint' npx biome check --error-on-warnings
step 'tsc: types' npx tsc --noEmit
step "stack files without this machine's salt" no_salt
step 'order of imports' node --import tsx scripts/testing/importOrder.ts
step 'tsc: types of what runs in a browser' npx tsc --noEmit -p tests/support/call/page
if command -v go >/dev/null; then
  step 'gofmt' go_format
  step 'go vet' go_vet
else
  echo '  go is not here: the stand-in plugins are not checked'
fi
exit "$failed"
