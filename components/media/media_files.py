"""What Synapse's files are called, and which there are: on the disk, in the bucket, in the database.

Source of the names: synapse/media/filepath.py
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDERS = ("local_content", "local_thumbnails", "remote_content", "remote_thumbnail")
# The last part of a thumbnail's name says nothing of the file that it is of.
SHAPES = (
    re.compile(r"^(local)_content/([^/]{2}/[^/]{2}/[^/]+)$"),
    re.compile(r"^(local)_thumbnails/([^/]{2}/[^/]{2}/[^/]+)/[^/]+$"),
    re.compile(r"^(remote)_content/([^/]+/[^/]{2}/[^/]{2}/[^/]+)$"),
    re.compile(r"^(remote)_thumbnail/([^/]+/[^/]{2}/[^/]{2}/[^/]+)/[^/]+$"),
)
SCHEMA = """
CREATE TABLE IF NOT EXISTS forgotten (path TEXT PRIMARY KEY, since REAL NOT NULL);
CREATE TEMP TABLE stored (path TEXT PRIMARY KEY, file TEXT NOT NULL, size INTEGER NOT NULL, modified REAL NOT NULL);
CREATE TEMP TABLE local (path TEXT PRIMARY KEY, file TEXT NOT NULL, size INTEGER NOT NULL, modified REAL NOT NULL);
CREATE TEMP TABLE known (file TEXT PRIMARY KEY, looked_at REAL NOT NULL);
"""


def file_of(path: str) -> str | None:
    """The file that a path belongs to, as "local/ab/cd/…"; None for what is no file of Synapse's."""
    found = next(filter(None, (shape.match(path) for shape in SHAPES)), None)
    return f"{found[1]}/{found[2]}" if found else None


def split(media_id: str) -> str:
    return f"{media_id[:2]}/{media_id[2:4]}/{media_id[4:]}"


def open_tables(path: Path) -> sqlite3.Connection:
    """Tables rather than memory: a large server has millions of files."""
    tables = sqlite3.connect(path)
    tables.executescript(SCHEMA)
    return tables


def list_stored(tables: sqlite3.Connection, s3: Any, bucket: str, prefix: str) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            path = entry["Key"][len(prefix) :]
            if file := file_of(path):
                row = (path, file, entry["Size"], entry["LastModified"].timestamp())
                tables.execute("INSERT OR REPLACE INTO stored VALUES (?, ?, ?, ?)", row)


def list_local(tables: sqlite3.Connection, root: Path) -> None:
    for folder in FOLDERS:
        for where, _, names in os.walk(root / folder):
            for name in names:
                path = os.path.relpath(os.path.join(where, name), root)
                try:
                    found = os.stat(root / path)
                except FileNotFoundError:
                    continue
                if file := file_of(path):
                    tables.execute("INSERT INTO local VALUES (?, ?, ?, ?)", (path, file, found.st_size, found.st_mtime))


def list_known(tables: sqlite3.Connection, database: Any) -> None:
    add = "INSERT OR REPLACE INTO known VALUES (?, ?)"
    for media_id, looked_at in rows(database, "SELECT media_id, COALESCE(last_access_ts, created_ts, 0) FROM local_media_repository"):
        tables.execute(add, (f"local/{split(media_id)}", looked_at / 1000))
    query = "SELECT media_origin, filesystem_id, COALESCE(last_access_ts, created_ts, 0) FROM remote_media_cache"
    for origin, media_id, looked_at in rows(database, query):
        tables.execute(add, (f"remote/{origin}/{split(media_id)}", looked_at / 1000))


def rows(database: Any, query: str) -> Iterator[Any]:
    """Row by row, as they come."""
    with database.cursor(name="rows") as cursor:
        cursor.itersize = 10_000
        cursor.execute(query)
        yield from cursor
