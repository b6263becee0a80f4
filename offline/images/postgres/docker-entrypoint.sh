#!/usr/bin/env bash
# First start: makes the database cluster, its superuser and database, and runs /docker-entrypoint-initdb.d.
# Every start: becomes the postgres user and runs the server. Variables and order are those of the upstream image.
# One difference, on purpose: the password is not handed on to the server's environment.
set -Eeuo pipefail

fail() {
  echo "docker-entrypoint.sh: $1" >&2
  exit 1
}

# setting NAME DEFAULT: sets NAME from itself or from the file that NAME_FILE names.
setting() {
  local name=$1 file_name=${1}_FILE
  if [[ -n ${!name:-} && -n ${!file_name:-} ]]; then
    fail "$name and $file_name are both set; set one"
  fi
  if [[ -n ${!file_name:-} ]]; then
    printf -v "$name" %s "$(<"${!file_name}")"
  elif [[ -z ${!name:-} ]]; then
    printf -v "$name" %s "$2"
  fi
  unset "$file_name"
}

read_settings() {
  setting POSTGRES_PASSWORD ''
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS ''
  : "${POSTGRES_HOST_AUTH_METHOD:=}" "${POSTGRES_INITDB_WALDIR:=}"
}

# Volumes come with the owner and mode of whoever made them. A non-root start may not be allowed to change
# them; PostgreSQL itself says so where it matters.
prepare_directories() {
  local dir
  for dir in "$PGDATA" /var/run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}; do
    mkdir -p "$dir" || true
    if [[ $EUID == 0 ]]; then
      find "$dir" ! -user postgres -exec chown postgres {} +
    fi
  done
  chmod 0700 "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} || true
  chmod 3775 /var/run/postgresql 2>/dev/null || true
}

# initdb wants its user to have a name; under an arbitrary `--user` it gets one from nss_wrapper.
with_named_user() {
  local library passwd group
  library=$(find /usr/lib -name libnss_wrapper.so -print -quit)
  if getent passwd "$EUID" >/dev/null || [[ -z $library ]]; then
    "$@"
    return
  fi
  passwd=$(mktemp) group=$(mktemp)
  echo "postgres:x:$EUID:$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$passwd"
  echo "postgres:x:$(id -g):" >"$group"
  LD_PRELOAD=$library NSS_WRAPPER_PASSWD=$passwd NSS_WRAPPER_GROUP=$group "$@"
  rm -f "$passwd" "$group"
}

make_cluster() {
  local -a args
  # POSTGRES_INITDB_ARGS is a piece of command line, quotes included.
  eval "args=($POSTGRES_INITDB_ARGS)"
  if [[ -n $POSTGRES_INITDB_WALDIR ]]; then
    args+=(--waldir "$POSTGRES_INITDB_WALDIR")
  fi
  with_named_user initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${args[@]}"
}

# allow_network [SERVER-ARGS]: everybody may ask from anywhere, with the password method the server is set to.
allow_network() {
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

# Init scripts may call this by upstream's name.
docker_process_sql() {
  PGHOST='' PGHOSTADDR='' psql --no-psqlrc --no-password -v ON_ERROR_STOP=1 \
    --username "$POSTGRES_USER" ${POSTGRES_DB:+--dbname "$POSTGRES_DB"} "$@"
}

make_database() {
  local found
  found=$(docker_process_sql --dbname postgres -v name="$POSTGRES_DB" -At <<<"SELECT 1 FROM pg_database WHERE datname = :'name'")
  if [[ -z $found ]]; then
    docker_process_sql --dbname postgres -v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name"'
  fi
}

run_init_scripts() {
  local script
  local -a psql=(docker_process_sql) # upstream's scripts may use "${psql[@]}"
  for script in /docker-entrypoint-initdb.d/*; do
    [[ -e $script ]] || continue
    echo "docker-entrypoint.sh: $script"
    case $script in
      *.sh) if [[ -x $script ]]; then "$script"; else . "$script"; fi ;;
      *.sql) "${psql[@]}" -f "$script" ;;
      *.sql.gz) gunzip -c "$script" | "${psql[@]}" ;;
      *.sql.xz) xzcat "$script" | "${psql[@]}" ;;
      *.sql.zst) zstd -dc "$script" | "${psql[@]}" ;;
      *) echo "docker-entrypoint.sh: ignored $script" ;;
    esac
  done
}

# first_start [SERVER-ARGS]
first_start() {
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    fail "no database in $PGDATA yet and no superuser password: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE"
  fi
  if [[ $POSTGRES_HOST_AUTH_METHOD == trust ]]; then
    echo 'docker-entrypoint.sh: POSTGRES_HOST_AUTH_METHOD=trust lets anyone who reaches the port in without a password' >&2
  fi
  ls /docker-entrypoint-initdb.d >/dev/null
  make_cluster
  allow_network "$@"
  # The socket alone, no port: who waits for the port is answered only by the real server.
  local options
  options=$(printf '%q ' "$@" -c listen_addresses='' -p "${PGPORT:-5432}")
  (
    export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD} POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB
    # The server must not inherit them; only what runs beside it may.
    env -u PGPASSWORD -u POSTGRES_PASSWORD PGUSER="${PGUSER:-$POSTGRES_USER}" pg_ctl -D "$PGDATA" -o "$options" -w start
    make_database
    run_init_scripts
    PGUSER="${PGUSER:-postgres}" pg_ctl -D "$PGDATA" -m fast -w stop
  )
  echo 'docker-entrypoint.sh: PostgreSQL init process complete; ready for start up.'
}

# Options with which the server prints something and ends need no database.
only_prints() {
  local arg
  for arg; do
    case $arg in -\? | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

if [[ ${1:-} == -* ]]; then
  set -- postgres "$@"
fi
if [[ ${1:-} == postgres ]] && ! only_prints "$@"; then
  if [[ $EUID == 0 ]]; then
    : "${POSTGRES_INITDB_WALDIR:=}"
    prepare_directories
    exec gosu postgres "$0" "$@"
  fi
  read_settings
  prepare_directories
  if [[ ! -s $PGDATA/PG_VERSION ]]; then
    first_start "${@:2}"
  fi
  unset POSTGRES_PASSWORD
fi
exec "$@"
