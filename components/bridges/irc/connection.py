"""The connection to an IRC server: how fast it is written to, and what is known to have arrived there."""

import asyncio
import logging
from contextvars import ContextVar
from typing import Any

from heisenbridge.channel_room import ChannelRoom
from heisenbridge.irc import HeisenConnection, HeisenReactor, OrderedPriorityQueue
from heisenbridge.network_room import NetworkRoom
from irc.client_aio import AioConnection
from irc.client import Event
from to_irc import captured

log = logging.getLogger("bridge")

# Lines that may go at once; a line of more bytes than these counts as several. Source: heisenbridge/irc.py, _run
BURST, ORDINARY = 5, 128
# Seconds between two lines after that, where the network has no setting of its own. Source: as above
PAUSE = 1.5
# Longest wait between two attempts to connect, in seconds; heisenbridge's own goes up to half an hour.
LONGEST_WAIT = 60

pause: ContextVar[float] = ContextVar("pause", default=PAUSE)

made = HeisenConnection.__init__
sent = HeisenConnection.send_raw
closed = HeisenConnection.close
handled = HeisenReactor._handle_event
processed = AioConnection._process_line
connected = NetworkRoom._connect
joined, parted, kicked = ChannelRoom.on_join, ChannelRoom.on_part, ChannelRoom.on_kick


def make(self: HeisenConnection, reactor: HeisenReactor) -> None:
    made(self, reactor)
    # Promises of an answer to a PING.
    self.marks = {}


def send_raw(self: HeisenConnection, line: str, priority: int = 0, tag: Any = None) -> None:
    # A server takes a line for two where it holds a line's end; a display name may hold one.
    line = line.translate({0: " ", 10: " ", 13: " "})
    lines = captured.get()
    if lines is not None and line.split(" ", 1)[0] in ("PRIVMSG", "NOTICE", "RELAYMSG"):
        lines.append((line, tag))
    else:
        sent(self, line, priority, tag)


async def run(self: HeisenConnection) -> None:
    """Writes what is queued, the most urgent first, at the pace that the network takes."""
    loop = asyncio.get_running_loop()
    seconds, allowance, last = pause.get(), float(BURST), loop.time()
    while True:
        (_, line, _) = await self._queue.get()
        try:
            AioConnection.send_raw(self, line)
        except Exception as error:
            log.error("A line to %s could not be sent: %s", self.server, error)
        if seconds == 0 or line.startswith(("PING ", "PONG ")):
            continue
        now = loop.time()
        allowance = min(BURST, allowance + (now - last) / seconds) - max(1.0, len(line.encode()) / ORDINARY)
        last = now
        if allowance < 0:
            await asyncio.sleep(-allowance * seconds)


def close(self: HeisenConnection) -> None:
    closed(self)
    marks, self.marks = self.marks, {}
    for answer in marks.values():
        if not answer.done():
            answer.set_result(False)


def handle(self: HeisenReactor, connection: HeisenConnection, event: Event) -> None:
    if event.type == "pong":
        for mark in (str(event.target), *event.arguments):
            answer = connection.marks.pop(mark, None)
            if answer and not answer.done():
                answer.set_result(True)
    handled(self, connection, event)


def process_line(self: AioConnection, line: str) -> None:
    """One line that cannot be read does not take the connection, and what was read after it, along."""
    try:
        processed(self, line)
    except Exception:
        log.exception("A line from %s could not be read", getattr(self, "server", "IRC"))


def remove_tag(self: OrderedPriorityQueue, tag: Any) -> int:
    """The lines to one channel; heisenbridge's removes those to all others."""
    return self._queue.filter(lambda item: item[2] != tag)


def on_join(self: ChannelRoom, connection: HeisenConnection, event: Event) -> None:
    if event.source.nick == connection.real_nickname:
        self.joined_on = connection
    joined(self, connection, event)


def on_part(self: ChannelRoom, connection: HeisenConnection, event: Event) -> None:
    if event.source.nick == connection.real_nickname:
        self.joined_on = None
    parted(self, connection, event)


def on_kick(self: ChannelRoom, connection: HeisenConnection, event: Event) -> None:
    if event.arguments[0] == connection.real_nickname:
        self.joined_on = None
    kicked(self, connection, event)


def install(pauses: dict[str, float]) -> None:
    """pauses: seconds by the network's name."""

    async def connect(self: NetworkRoom) -> None:
        pause.set(pauses.get(self.name, PAUSE))
        await connected(self)

    def set_wait(self: NetworkRoom, seconds: int) -> None:
        self.__dict__["backoff"] = min(seconds, LONGEST_WAIT)

    NetworkRoom._connect = connect
    NetworkRoom.backoff = property(lambda self: self.__dict__["backoff"], set_wait)
    HeisenConnection.__init__, HeisenConnection.send_raw = make, send_raw
    HeisenConnection._run, HeisenConnection.close = run, close
    HeisenReactor._handle_event = handle
    AioConnection._process_line = process_line
    OrderedPriorityQueue.remove_tag = remove_tag
    ChannelRoom.on_join, ChannelRoom.on_part, ChannelRoom.on_kick = on_join, on_part, on_kick
