"""Keeps the files of a Synapse and the bucket that they are stored in together.

    python3 media_job.py CONFIGURATION            runs again and again
    python3 media_job.py CONFIGURATION once       runs now, and ends
    python3 media_job.py CONFIGURATION absent     of the local media IDs on standard input, writes those whose file is not in the bucket alone

A run uploads what the bucket lacks, frees local copies that nobody has looked at for long, and deletes what the database has not known
for long, from bucket and disk. Nothing else in the bucket is touched, and nothing at all in a bucket of another server.
"""

import fcntl
import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import psycopg2
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from media_files import file_of, list_known, list_local, list_stored, open_tables, rows, split

# Synapse writes a file under its final name.
STILL_WRITTEN_SECONDS = 60
AFTER_FAILURE_SECONDS = 60
# In the bucket, beside the files.
MARK = "matrix-synapse-owner.json"


class Fault(Exception):
    """Why a run cannot go on, for people."""


class Job:
    def __init__(self, configuration: dict[str, Any]) -> None:
        self.server_name: str = configuration["server_name"]
        self.root = Path(configuration["media_store"])
        self.state = Path(configuration["state"])
        self.keep_local: float = configuration["keep_local_seconds"]
        self.keep_deleted: float = configuration["keep_deleted_seconds"]
        self.every: float = configuration["every_seconds"]
        self.database_arguments: dict[str, Any] = configuration["database"]
        self.bucket: str = configuration["s3"]["bucket"]
        self.prefix: str = configuration["s3"]["prefix"]
        limits = {"connect_timeout": 5, "read_timeout": 30, "retries": {"total_max_attempts": 2}}
        checksums = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
        place = {key: configuration["s3"][key] for key in ("endpoint_url", "region_name")}
        self.s3 = boto3.session.Session().client("s3", config=Config(**limits, **checksums), **place)
        self.state.mkdir(parents=True, exist_ok=True)

    def run(self) -> dict[str, int]:
        with open(self.state / "lock", "w") as lock, closing(open_tables(self.state / "state.sqlite")) as own:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Files first: one that comes in meanwhile is then known, and not taken for forgotten.
            list_stored(own, self.s3, self.bucket, self.prefix)
            list_local(own, self.root)
            first_account = self.read_known(own)
            self.claim(own, first_account)
            uploaded = self.upload(own)
            freed = self.free(own)
            deleted = self.delete(own)
            own.commit()
            waiting = own.execute("SELECT count(*) FROM forgotten").fetchone()[0]
            return {"uploaded": uploaded, "freed": freed, "deleted": deleted, "forgotten": waiting}

    def read_known(self, own: sqlite3.Connection) -> int | None:
        """Returns when the database's first account was made, in seconds since 1970."""
        with psycopg2.connect(**self.database_arguments) as database:
            database.set_session(isolation_level="REPEATABLE READ", readonly=True)
            list_known(own, database)
            return next(rows(database, "SELECT min(creation_ts) FROM users"))[0]

    def claim(self, own: sqlite3.Connection, first_account: int | None) -> None:
        """Marks the bucket as this database's. The first account tells a restored database, which is the same, from a new one."""
        mine = {"server_name": self.server_name, "first_account": first_account}
        try:
            mark = json.load(self.s3.get_object(Bucket=self.bucket, Key=self.prefix + MARK)["Body"])
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise
            total, unknown = own.execute("SELECT count(*), count(*) FILTER (WHERE file NOT IN (SELECT file FROM known)) FROM stored").fetchone()
            if unknown * 2 > total:
                raise Fault(
                    f"{unknown} of {total} files in the bucket are unknown to the database, as if they were another server's; "
                    "name an empty bucket, or another prefix"
                ) from error
            if first_account is not None:
                self.s3.put_object(Bucket=self.bucket, Key=self.prefix + MARK, Body=json.dumps(mine).encode())
            return
        if mark.get("server_name") != self.server_name:
            raise Fault(f"the bucket holds the files of {mark.get('server_name')}; name another, or another prefix")
        if mark.get("first_account") != first_account:
            raise Fault(
                "the bucket holds the files of another database of this server: restore that, or name another bucket or prefix"
            )

    def upload(self, own: sqlite3.Connection) -> int:
        query = """SELECT path, local.size FROM local JOIN known USING (file) LEFT JOIN stored USING (path)
            WHERE local.modified < ? AND (stored.size IS NULL OR stored.size != local.size)"""
        count = 0
        for path, size in own.execute(query, (time.time() - STILL_WRITTEN_SECONDS,)).fetchall():
            try:
                self.s3.upload_file(str(self.root / path), self.bucket, self.prefix + path)
            except FileNotFoundError:
                continue
            own.execute("INSERT OR REPLACE INTO stored VALUES (?, ?, ?, ?)", (path, file_of(path), size, time.time()))
            count += 1
        return count

    def free(self, own: sqlite3.Connection) -> int:
        query = """SELECT path FROM local JOIN known USING (file) JOIN stored USING (path)
            WHERE looked_at < ? AND local.modified < ? AND stored.size = local.size"""
        oldest = time.time() - self.keep_local
        count = 0
        for (path,) in own.execute(query, (oldest, oldest)).fetchall():
            if self.is_same(path):
                (self.root / path).unlink(missing_ok=True)
                count += 1
        return count

    def is_same(self, path: str) -> bool:
        """Whether the bucket gives back what is on the disk: afterwards it is the only place."""
        body = self.s3.get_object(Bucket=self.bucket, Key=self.prefix + path)["Body"]
        try:
            with open(self.root / path, "rb") as file:
                while chunk := file.read(1 << 20):
                    if body.read(len(chunk)) != chunk:
                        return False
                return not body.read(1)
        except FileNotFoundError:
            return False
        finally:
            body.close()

    def delete(self, own: sqlite3.Connection) -> int:
        """Deletes what was unknown in every run for long enough."""
        unknown = "SELECT path FROM {0} WHERE file NOT IN (SELECT file FROM known)"
        own.execute("DELETE FROM forgotten WHERE path NOT IN (" + " UNION ".join(map(unknown.format, ("stored", "local"))) + ")")
        for table in ("stored", "local"):
            own.execute(f"INSERT OR IGNORE INTO forgotten SELECT path, ? FROM ({unknown.format(table)})", (time.time(),))
        own.commit()
        oldest = time.time() - self.keep_deleted
        query = "SELECT path FROM forgotten JOIN {0} USING (path) WHERE since <= ? AND modified <= ?"
        stored, local = (own.execute(query.format(table), (oldest, oldest)).fetchall() for table in ("stored", "local"))
        for (path,) in stored:
            self.s3.delete_object(Bucket=self.bucket, Key=self.prefix + path)
        for (path,) in local:
            (self.root / path).unlink(missing_ok=True)
        own.executemany("DELETE FROM forgotten WHERE path = ?", {*stored, *local})
        return len({*stored, *local})

    def is_absent(self, media_id: str) -> bool:
        """Whether the file of a local media ID is not what the bucket alone has: not there, or on the disk, where others look."""
        path = f"local_content/{split(media_id)}"
        if (self.root / path).exists():
            return True
        try:
            self.s3.head_object(Bucket=self.bucket, Key=self.prefix + path)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise
            return True
        return False

    def run_and_note(self) -> bool:
        started = time.time()
        try:
            said: dict[str, Any] = self.run()
        except (Fault, BotoCoreError, ClientError, OSError, psycopg2.Error, boto3.exceptions.Boto3Error) as error:
            said = {"fault": " ".join(str(error).split())}
        said |= {"started": started, "ended": time.time()}
        note = self.state / "last.json"
        note.with_suffix(".new").write_text(json.dumps(said))
        note.with_suffix(".new").rename(note)
        print(json.dumps(said), file=sys.stderr if "fault" in said else sys.stdout, flush=True)
        return "fault" not in said


def main(configuration: str, word: str = "") -> int:
    job = Job(json.loads(Path(configuration).read_text()))
    if word == "absent":
        print("".join(f"{media_id}\n" for media_id in sys.stdin.read().split() if job.is_absent(media_id)), end="")
        return 0
    if word == "once":
        return 0 if job.run_and_note() else 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(job.every if job.run_and_note() else min(AFTER_FAILURE_SECONDS, job.every))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
