"""Reads a configuration as Synapse does at its start, and tells what is wrong with the options that were given beside the program's own.

Standard input: {"files": {path: text}, "arguments": [...], "given": {option: value}}. Standard output: a list of {"path", "message"}.
"""

import difflib
import json
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import synapse
from synapse.config import _base
from synapse.config._base import ConfigError
from synapse.config.homeserver import HomeServerConfig
from synapse.util.check_dependencies import DependencyException

VERSION = version("matrix-synapse")


class Watched(dict):
    """A mapping that knows which of its keys were asked for."""

    def __init__(self, values: dict[str, Any], path: tuple[str, ...], trace: list[tuple[str, ...]]) -> None:
        super().__init__({key: watched(value, (*path, str(key)), trace) for key, value in values.items()})
        self.asked: set[Any] = set()
        # Read as a whole, so that its keys are data: Synapse does not know them one by one.
        self.whole = False
        self.path = path
        self.trace = trace

    def note(self, key: Any) -> None:
        self.asked.add(key)
        if dict.__contains__(self, key):
            self.trace.append((*self.path, str(key)))

    def __getitem__(self, key: Any) -> Any:
        self.note(key)
        return super().__getitem__(key)

    def __contains__(self, key: Any) -> bool:
        self.note(key)
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        self.note(key)
        return super().get(key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        self.note(key)
        return super().pop(key, *default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        self.note(key)
        return super().setdefault(key, default)

    def __iter__(self) -> Iterator[Any]:
        self.whole = True
        return super().__iter__()

    def keys(self) -> Any:
        self.whole = True
        return super().keys()

    def items(self) -> Any:
        self.whole = True
        return super().items()

    def values(self) -> Any:
        self.whole = True
        return super().values()


def watched(value: Any, path: tuple[str, ...], trace: list[tuple[str, ...]]) -> Any:
    if isinstance(value, dict):
        return Watched(value, path, trace)
    if isinstance(value, list):
        return [watched(item, (*path, str(index)), trace) for index, item in enumerate(value)]
    return value


def sources(below: str) -> Iterator[str]:
    for file in (Path(synapse.__file__).parent / below).rglob("*.py"):
        yield file.read_text()


@cache
def options_in_source() -> set[str]:
    """Names that the code asks a configuration for: some options are read only where another one is set."""
    asks = re.compile(r"""config(?:_dict)?(?:\.get\(\s*|\[)["'](\w+)["']|["'](\w+)["'] (?:not )?in config\b""")
    return {name for text in sources("config") for names in asks.findall(text) for name in names if name}


def is_named(key: str) -> bool:
    """Whether any of Synapse's code has this text or field: handlers keep some mappings and look into them later."""
    named = re.compile(rf"""["']{re.escape(key)}["']|^\s+{re.escape(key)}:""", re.MULTILINE)
    return any(named.search(text) for text in sources("."))


def unknown(given: Any, read: Any) -> Iterator[dict[str, str]]:
    """Keys that were given, that Synapse did not ask for, and that its code does not name."""
    if isinstance(given, list) and isinstance(read, list):
        for inner, inner_read in zip(given, read):
            yield from unknown(inner, inner_read)
    if not isinstance(given, dict) or not isinstance(read, Watched):
        return
    top = not read.path
    # Not asked for any key, or read as a whole: its keys are data.
    is_data = not top and (read.whole or not read.asked)
    asked = {key for key in read.asked if isinstance(key, str)}
    for key, value in given.items():
        if is_data or key in asked or (key in options_in_source() if top else is_named(key)):
            yield from unknown(value, dict.get(read, key))
        else:
            near = difflib.get_close_matches(key, asked | options_in_source() if top else asked, 1, 0.75)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield {"path": ".".join((*read.path, key)), "message": f"is not an option of Synapse {VERSION}{hint}"}


def faults(files: dict[str, str], arguments: list[str], given: dict[str, Any]) -> list[dict[str, str]]:
    for path, text in files.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).write_text(text)
    # Modules of the program's own, as PYTHONPATH has them where Synapse runs.
    sys.path += sorted({os.path.dirname(path) for path in files if path.endswith(".py")})
    seen: list[Watched] = []
    trace: list[tuple[str, ...]] = []
    read_files = _base.read_config_files

    def read_and_watch(paths: Any) -> Watched:
        seen.append(Watched(read_files(paths), (), trace))
        return seen[-1]

    _base.read_config_files = read_and_watch
    cannot_start = None
    try:
        HomeServerConfig.load_config("Synapse", arguments)
    except ConfigError as error:
        cannot_start = {"path": ".".join(map(str, error.path or ())), "message": one_line(error.msg)}
    except DependencyException as error:
        extra = extra_of(error)
        packages = ", ".join(map(str, error.args[0]))
        # The check comes long after the option was asked for.
        path = "url_preview_enabled" if extra == "url-preview" else ""
        cannot_start = {"path": path, "message": f"the image lacks {packages}; it needs matrix-synapse[{extra}]"}
    except (Exception, SystemExit) as error:
        cannot_start = {"path": "", "message": one_line(f"{type(error).__name__}: {error}")}
    if not seen:
        return [cannot_start] if cannot_start else []
    found = list(unknown(given, seen[-1]))
    if cannot_start:
        if not cannot_start["path"]:
            # Of those that were given, the one that was asked for last is the one that was being read.
            cannot_start["path"] = next((".".join(path) for path in reversed(trace) if path[0] in given), "")
        cannot_start["message"] = f"Synapse {VERSION} does not start with this: {cannot_start['message']}"
        found.append(cannot_start)
    return found


def extra_of(error: BaseException) -> str | None:
    """The optional part of Synapse whose packages were looked for."""
    frame = error.__traceback__
    while frame and frame.tb_frame.f_code.co_name != "check_requirements":
        frame = frame.tb_next
    return frame and frame.tb_frame.f_locals.get("extra")


def one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    answer = sys.stdout
    # Some sections print.
    sys.stdout = sys.stderr
    json.dump(faults(**json.load(sys.stdin)), answer)
    # At its end Python flushes only what is called stdout then.
    answer.flush()
