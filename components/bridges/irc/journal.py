"""Messages that were received and are not delivered yet, on the bridge's volume. SQLite, so that kill -9 leaves it whole."""

import json
import secrets
import sqlite3
import time
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, event TEXT, since REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS lines (seq INTEGER PRIMARY KEY AUTOINCREMENT, room_id TEXT NOT NULL, event TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS name (name TEXT NOT NULL);
"""
# The homeserver repeats a transaction until it is acknowledged, so what came a month ago does not come again.
REMEMBERED = 30 * 24 * 3600.0
# How many come between two looks for older ones.
FORGETS = 1000

Event = dict[str, Any]


class Journal:
    """Two lists: Matrix events that go to IRC, and IRC lines that go to Matrix."""

    def __init__(self, path: str) -> None:
        # A Matrix event counts as received once the homeserver has its answer, so it is on the disk before that. An IRC
        # server takes no answer; there, what survives the process is enough, and no line waits for the disk.
        self._events = connect(path, "FULL")
        self._lines = connect(path, "NORMAL")
        self._events.executescript(SCHEMA)
        self._forget()
        if (row := self._events.execute("SELECT name FROM name").fetchone()) is None:
            row = (secrets.token_hex(8),)
            self._events.execute("INSERT INTO name VALUES (?)", row)
        # Part of the identifiers of lines: another volume's never meet this one's.
        self.name: str = row[0]

    def accept_events(self, events: list[Event]) -> list[Event]:
        """Stores them in one go. Returns those that were not known."""
        new = []
        self._events.execute("BEGIN IMMEDIATE")
        try:
            for event in events:
                row = (event["event_id"], json.dumps(event), time.time())
                done = self._events.execute("INSERT OR IGNORE INTO events (event_id, event, since) VALUES (?, ?, ?)", row)
                if done.rowcount == 1:
                    new.append(event)
                    if (done.lastrowid or 0) % FORGETS == 0:
                        self._forget()
        except BaseException:
            self._events.execute("ROLLBACK")
            raise
        self._events.execute("COMMIT")
        return new

    def _forget(self) -> None:
        self._events.execute("DELETE FROM events WHERE event IS NULL AND since < ?", (time.time() - REMEMBERED,))

    def finish_event(self, event_id: str) -> None:
        """Its identifier stays, so that it is recognised when it comes again."""
        self._lines.execute("UPDATE events SET event = NULL WHERE event_id = ?", (event_id,))

    def waiting_events(self) -> list[Event]:
        rows = self._events.execute("SELECT event FROM events WHERE event IS NOT NULL ORDER BY seq")
        return [json.loads(event) for (event,) in rows]

    def accept_line(self, room_id: str, event: Event) -> str:
        """Returns its identifier, which no other line ever has."""
        row = (room_id, json.dumps(event))
        return self._identifier(self._lines.execute("INSERT INTO lines (room_id, event) VALUES (?, ?)", row).lastrowid)

    def finish_line(self, identifier: str) -> None:
        self._lines.execute("DELETE FROM lines WHERE seq = ?", (int(identifier.rsplit("-", 1)[1]),))

    def waiting_lines(self) -> list[tuple[str, str, Event]]:
        """Identifier, room ID and event of each, in order."""
        rows = self._lines.execute("SELECT seq, room_id, event FROM lines ORDER BY seq")
        return [(self._identifier(seq), room_id, json.loads(event)) for seq, room_id, event in rows]

    def waiting(self) -> dict[str, int]:
        """How many wait, by direction."""
        (events,) = self._events.execute("SELECT COUNT(*) FROM events WHERE event IS NOT NULL").fetchone()
        (lines,) = self._lines.execute("SELECT COUNT(*) FROM lines").fetchone()
        return {"to_irc": events, "to_matrix": lines}

    def _identifier(self, seq: int | None) -> str:
        return f"{self.name}-{seq}"


def connect(path: str, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    return connection
