#!/usr/local/bin/python
"""Starts Synapse as the upstream image's /start.py does, for its modes `run` (the default) and `generate`.

Settings come by environment: SYNAPSE_CONFIG_DIR, SYNAPSE_CONFIG_PATH, SYNAPSE_DATA_DIR, SYNAPSE_WORKER, UID, GID,
and for `generate` SYNAPSE_SERVER_NAME, SYNAPSE_REPORT_STATS and SYNAPSE_ENABLE_METRICS.
Mode `migrate_config`, which fills a template from many variables, is not offered here.
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

DEFAULT_ID = "991"


def fail(reason: str) -> NoReturn:
    print(reason, file=sys.stderr)
    sys.exit(2)


def user_to_become(env: dict[str, str]) -> str | None:
    """`uid:gid` to change to, or None where the container already runs as somebody."""
    if "UID" in env:
        return f"{int(env['UID'])}:{int(env.get('GID', DEFAULT_ID))}"
    return f"{DEFAULT_ID}:{DEFAULT_ID}" if os.getuid() == 0 else None


def become(user: str | None, command: list[str]) -> list[str]:
    return ["/usr/sbin/gosu", user, *command] if user else command


def config_path(env: dict[str, str]) -> str:
    directory = env.get("SYNAPSE_CONFIG_DIR", "/data")
    return env.get("SYNAPSE_CONFIG_PATH", f"{directory}/homeserver.yaml")


def names_a_config(args: list[str]) -> bool:
    return any(arg.startswith(("--config-path", "-c")) for arg in args)


def generate(env: dict[str, str], user: str | None) -> None:
    for name in ("SYNAPSE_SERVER_NAME", "SYNAPSE_REPORT_STATS"):
        if name not in env:
            fail(f"start.py: `generate` needs the environment variable {name}")
    server_name = env["SYNAPSE_SERVER_NAME"]
    config_dir = env.get("SYNAPSE_CONFIG_DIR", "/data")
    data_dir = env.get("SYNAPSE_DATA_DIR", "/data")
    log_config = Path(config_dir) / f"{server_name}.log.config"
    if not log_config.exists():
        shutil.copyfile("/conf/log.config", log_config)
    command = [
        sys.executable, "-m", "synapse.app.homeserver",
        "--server-name", server_name,
        "--report-stats", env["SYNAPSE_REPORT_STATS"],
        "--config-path", config_path(env),
        "--config-directory", config_dir,
        "--data-directory", data_dir,
        "--generate-config", "--open-private-ports",
    ]  # fmt: skip
    if env.get("SYNAPSE_ENABLE_METRICS", "0").lower() in ("1", "true", "yes", "on", "y", "t"):
        command.append("--enable-metrics")
    if user:
        subprocess.run(["chown", user, data_dir], check=True)
    subprocess.run(become(user, command), check=True)


def run(args: list[str], env: dict[str, str], user: str | None) -> NoReturn:
    if "-m" not in args:
        args = ["-m", env.get("SYNAPSE_WORKER", "synapse.app.homeserver"), *args]

    # Synapse's memory stays far lower under jemalloc than under glibc's allocator.
    jemalloc = f"/usr/lib/{platform.machine()}-linux-gnu/libjemalloc.so.2"
    if os.path.isfile(jemalloc):
        env["LD_PRELOAD"] = jemalloc
    else:
        print(f"No jemalloc at {jemalloc}; running on the default allocator")

    if not names_a_config(args):
        path = config_path(env)
        if not os.path.exists(path):
            fail(
                f"start.py: no configuration at {path}: make one with the argument `generate`, "
                "or name an existing one in SYNAPSE_CONFIG_PATH"
            )
        args = [*args, "--config-path", path]

    print("start.py: python " + " ".join(args), flush=True)
    command = become(user, [sys.executable, *args])
    os.execve(command[0], command, env)


def main() -> None:
    mode = sys.argv[1] if len(sys.argv) > 1 else "run"
    env = dict(os.environ)
    user = user_to_become(env)
    if mode == "generate":
        generate(env, user)
    elif mode == "run":
        run(sys.argv[2:], env, user)
    else:
        fail(f"start.py: unknown mode {mode!r}; there are `run` and `generate`")


if __name__ == "__main__":
    main()
