"""Matrix messages on their way to IRC.

A message is written to the journal before its transaction is acknowledged. It counts as delivered when the IRC server has answered
a PING that was sent after its lines. Until then the next one of its room waits, so that at most one message of a room is doubled by
a kill or a lost connection, and never more than one lies in the IRC server's queue.
"""

import asyncio
import itertools
import logging
import re
import time
from contextvars import ContextVar
from typing import Any

from aiohttp import web
from heisenbridge import private_room
from heisenbridge.__main__ import BridgeAppService
from heisenbridge.irc import HeisenConnection
from heisenbridge.plumbed_room import PlumbedRoom
from heisenbridge.private_room import PrivateRoom
from journal import Event, Journal
from mautrix.appservice import AppService
from mautrix.errors import MatrixError
from mautrix.types import Event as MatrixEvent
from mautrix.types import EventType

log = logging.getLogger("bridge")

# Seconds after which a channel that was not joined is tried again.
REJOIN = 15.0
# Seconds between two looks whether a channel is joined, while a message waits for it.
LOOK = 0.2

# Lines that the message being delivered becomes; None elsewhere.
captured: ContextVar[list[tuple[str, Any]] | None] = ContextVar("captured", default=None)
marks = itertools.count(1)

split_at_spaces = private_room.split_long


class ToIrc:
    def __init__(self, journal: Journal, own_users: list[re.Pattern[str]]) -> None:
        self.journal = journal
        self.own_users = own_users
        self.bridge: BridgeAppService | None = None
        self.ready = asyncio.Event()
        self.queues: dict[str, asyncio.Queue[Event]] = {}
        self.workers: list[asyncio.Task[None]] = []
        self.read: dict[str, str] = {}
        self.delivered, self.last = 0, 0.0

    def start(self, bridge: BridgeAppService) -> None:
        """Once heisenbridge knows its rooms."""
        self.bridge = bridge
        bridge.az.intent.send_receipt = self._note_receipt(bridge.az.intent.send_receipt)
        self.ready.set()

    def resume(self) -> None:
        """What was left by the process before."""
        for event in self.journal.waiting_events():
            self._queue(event)

    async def take(self, events: list[Event]) -> None:
        """Returns when all are on the disk and heisenbridge can take the others of the transaction."""
        for event in self.journal.accept_events([event for event in events if self.is_ours(event)]):
            self._queue(event)
        await self.ready.wait()

    def is_ours(self, event: Event) -> bool:
        return event.get("type") == "m.room.message" and "state_key" not in event

    def _queue(self, event: Event) -> None:
        room_id = event["room_id"]
        if room_id not in self.queues:
            self.queues[room_id] = asyncio.Queue()
            self.workers.append(asyncio.ensure_future(self._work(self.queues[room_id])))
        self.queues[room_id].put_nowait(event)

    async def _work(self, queue: asyncio.Queue[Event]) -> None:
        await self.ready.wait()
        while True:
            event = await queue.get()
            try:
                if not self._is_own(event["sender"]):
                    await self._deliver(event)
            except Exception:
                log.exception("Message %s could not be delivered to IRC", event["event_id"])
            self.journal.finish_event(event["event_id"])

    def _is_own(self, sender: str) -> bool:
        assert self.bridge is not None
        return sender == self.bridge.user_id or any(own.fullmatch(sender) for own in self.own_users)

    async def _deliver(self, raw: Event) -> None:
        assert self.bridge is not None
        lines: list[tuple[str, Any]] | None = None
        while True:
            room = self.bridge._rooms.get(raw["room_id"])
            if not isinstance(room, PrivateRoom) or not (isinstance(room, PlumbedRoom) or is_connected(room)):
                # A command, or a chat of somebody's own, who is told that there is no connection.
                return await self.bridge._on_mx_event(parse(raw))
            if not (connection := await self._connection(room)):
                continue
            if lines is None:
                lines = await self._lines(room, raw)
            # Kicked in between: the lines may have been refused.
            if not lines or (await deliver(connection, lines) and is_joined(room, connection)):
                break
        if lines:
            self.delivered, self.last = self.delivered + 1, time.time()
            self.read[raw["room_id"]] = raw["event_id"]

    async def _connection(self, room: PrivateRoom) -> HeisenConnection | None:
        """Waits until the room's channel is joined. None when the room is no longer bridged."""
        assert self.bridge is not None
        tried = time.monotonic()
        while self.bridge._rooms.get(room.id) is room:
            if is_connected(room) and is_joined(room, room.network.conn):
                return room.network.conn
            if not isinstance(room, PlumbedRoom):
                return None
            if is_connected(room) and time.monotonic() - tried > REJOIN:
                tried = time.monotonic()
                room.network.conn.join(room.name, room.key or "")
            await asyncio.sleep(LOOK)
        return None

    async def _lines(self, room: PrivateRoom, raw: Event) -> list[tuple[str, Any]]:
        for attempt in (raw, without_relation(raw)):
            token = captured.set([])
            try:
                await room.on_mx_event(parse(attempt))
            except MatrixError as error:
                # What it answers to may be out of the bridge's sight.
                log.warning("Message %s goes to IRC without what it refers to: %s", raw["event_id"], error)
            finally:
                lines = captured.get() or []
                captured.reset(token)
            if lines or attempt is raw and "m.relates_to" not in raw["content"]:
                break
        return lines

    def _note_receipt(self, send: Any) -> Any:
        """A message is marked as read once IRC has it; the last one of a room stands for those before it."""

        async def send_later() -> None:
            while True:
                await asyncio.sleep(1)
                read, self.read = self.read, {}
                for room_id, event_id in read.items():
                    try:
                        await send(room_id, event_id)
                    except MatrixError as error:
                        log.warning("No receipt in %s: %s", room_id, error)

        async def send_receipt(room_id: str, event_id: str, *arguments: Any, **options: Any) -> None:
            if captured.get() is None:
                await send(room_id, event_id, *arguments, **options)

        self.workers.append(asyncio.ensure_future(send_later()))
        return send_receipt


def parse(raw: Event) -> MatrixEvent:
    """As mautrix does it."""
    AppService._fix_prev_content(raw)
    event = MatrixEvent.deserialize(raw)
    event.type = event.type.with_class(EventType.Class.MESSAGE)
    return event


def without_relation(raw: Event) -> Event:
    return {**raw, "content": {key: value for key, value in raw["content"].items() if key != "m.relates_to"}}


def is_connected(room: PrivateRoom) -> bool:
    return bool(room.network and room.network.conn and room.network.conn.connected)


def is_joined(room: PrivateRoom, connection: HeisenConnection) -> bool:
    return not isinstance(room, PlumbedRoom) or getattr(room, "joined_on", None) is connection


async def deliver(connection: HeisenConnection, lines: list[tuple[str, Any]]) -> bool:
    """Whether the IRC server answered after them."""
    mark = f"delivered-{next(marks)}"
    answer = connection.marks[mark] = asyncio.get_running_loop().create_future()
    if not connection.connected:
        return False
    for line, tag in lines:
        connection.send_raw(line, 1, tag)
    connection.send_raw(f"PING :{mark}", 1)
    return await answer


def split_long(nick: str, user: str, host: str, target: str, message: str) -> list[str]:
    """heisenbridge's, which splits at spaces alone and drops a longer word, with such words split, and with room for an emote's marks."""
    longest = 512 - len(f":{nick}!{user}@{host} PRIVMSG {target} :\001ACTION ... ...\001\r\n".encode())
    words = (piece for word in message.split(" ") for piece in pieces(word, longest))
    return split_at_spaces(nick, user, host + "\001ACTION \001", target, " ".join(words))


def pieces(word: str, longest: int) -> list[str]:
    if len(word.encode()) <= longest:
        return [word]
    found, size = [""], 0
    for character in word:
        size += len(character.encode())
        if size > longest:
            found.append("")
            size = len(character.encode())
        found[-1] += character
    return found
