"""Lines from IRC on their way to Matrix.

A line is written to the journal as soon as it is read, and posted until the homeserver has it: with a transaction ID that is always
the same, and after an answer that was lost only if the room does not hold it yet. One line is one message: heisenbridge would join
those that a sender writes within a tenth of a second.
"""

import asyncio
import logging
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from heisenbridge import room as rooms
from heisenbridge.__main__ import BridgeAppService
from heisenbridge.event_queue import EventQueue
from heisenbridge.room import Room
from journal import Event, Journal
from mautrix.api import Method, Path
from mautrix.client.api.events import EventMethods
from patience import Attempts, patient

log = logging.getLogger("bridge")

# Key in a message's content that tells which line it is.
LINE = "matrix-synapse.irc.line"
# How many of the room's latest messages are searched for a line whose answer was lost.
SEARCHED = "100"


@dataclass
class Posting:
    """A line that is being posted."""

    line: str
    # It may be in the room already.
    repeated: bool
    event_id: str | None = None


posting: ContextVar[Posting | None] = ContextVar("posting", default=None)
original = EventMethods.send_message_event


class ToMatrix:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.delivered, self.last = 0, 0.0

    def resume(self, bridge: BridgeAppService) -> None:
        """What was left by the process before, ahead of all that is new."""
        seen = set()
        for line, room_id, event in self.journal.waiting_lines():
            if room := bridge._rooms.get(room_id):
                # One by one: of a room's lines only the first can have been on its way.
                room._queue.waiting.put_nowait((event, Posting(line, repeated=room_id not in seen)))
                seen.add(room_id)
            else:
                log.warning("A line for %s is dropped: the room is no longer bridged", room_id)
                self.journal.finish_line(line)

    def note(self, room: Room, event: Event) -> Posting | None:
        """Messages of people on IRC; notices of the bridge itself are worth nothing later."""
        if event["type"] != "m.room.message" or not event["user_id"] or not room.id:
            return None
        return Posting(self.journal.accept_line(room.id, event), repeated=False)

    async def post(self, room: Room, event: Event, noted: Posting | None) -> None:
        token = posting.set(noted)
        try:
            await room._flush_events([event])
            if noted and noted.event_id is None and event.get("fallback_html"):
                # The sender's account cannot speak there, so the bridge's own does.
                await room._flush_events([in_own_name(event)])
        finally:
            posting.reset(token)
        if noted:
            if noted.event_id is None:
                log.error("A line from IRC could not be posted in %s", room.id)
            else:
                self.delivered, self.last = self.delivered + 1, time.time()
            self.journal.finish_line(noted.line)

    def install(self) -> None:
        to_matrix = self

        class InOrder(EventQueue):
            """heisenbridge's queue of a room, one event after another."""

            def __init__(self, callback: Any) -> None:
                super().__init__(callback)
                self.waiting: asyncio.Queue[tuple[Event, Posting | None]] = asyncio.Queue()

            def enqueue(self, event: Event) -> None:
                self.waiting.put_nowait((event, to_matrix.note(self._callback.__self__, event)))

            async def _run(self) -> None:
                while True:
                    event, noted = await self.waiting.get()
                    try:
                        await to_matrix.post(self._callback.__self__, event, noted)
                    except Exception:
                        log.exception("An event could not be posted")

        rooms.EventQueue = InOrder
        EventMethods.send_message_event = send_message_event


def in_own_name(event: Event) -> Event:
    html = event["fallback_html"]
    content = {"msgtype": "m.notice", "body": event["content"]["body"], "format": "org.matrix.custom.html", "formatted_body": html}
    return {**event, "user_id": None, "content": content}


async def send_message_event(self: EventMethods, room_id: str, event_type: Any, content: Any, txn_id: str | None = None, **options: Any) -> str:
    noted = posting.get()
    if noted is None:
        return await original(self, room_id, event_type, content, txn_id, **options)
    attempts = Attempts()
    while True:
        if noted.repeated and (found := await posted(self, room_id, noted.line)):
            noted.event_id = found
            return found
        token = patient.set(False)
        try:
            noted.event_id = await original(self, room_id, event_type, {**content, LINE: noted.line}, noted.line, **options)
            return noted.event_id
        except Exception as error:
            failed = error
        finally:
            patient.reset(token)
        await attempts.after(failed)
        # The homeserver forgets transaction IDs when it is restarted.
        noted.repeated = True


async def posted(self: EventMethods, room_id: str, line: str) -> str | None:
    """The message that a line became, if the room holds it."""
    latest = await self.api.request(Method.GET, Path.v3.rooms[room_id].messages, query_params={"dir": "b", "limit": SEARCHED})
    return next((event["event_id"] for event in latest["chunk"] if event["content"].get(LINE) == line), None)
