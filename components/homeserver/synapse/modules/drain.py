"""Ends a process of Synapse without cutting off a request: it takes no more connections, and answers what it has begun.

By itself Twisted closes every connection at SIGTERM, answered or not. What is refused a connection meanwhile has not reached the server, so that the
gateway can hold it and pass it on to the next process.
"""

import logging
from collections.abc import Iterator
from typing import Any

from twisted.internet import defer, reactor
from twisted.internet.tcp import Port
from twisted.web.http import HTTPChannel, Request

from synapse.module_api import ModuleApi

logger = logging.getLogger(__name__)

# Below the time after which the process is killed.
LONGEST_SECONDS = 15.0
# Connections that are kept for a next request are used up meanwhile: each answer closes its own.
SHORTEST_SECONDS = 0.3
LOOK_SECONDS = 0.05
# Requests that wait for something to happen. Their answer that nothing has is worth a short wait.
LONG_POLLS = (b"/sync", b"/events", b"/initialSync")
LONGEST_POLL_SECONDS = 3.0


class Drain:
    def __init__(self, config: dict[str, Any], api: ModuleApi) -> None:
        self.api = api
        # Of triggers before the shutdown it waits for; those during it close the connections.
        reactor.addSystemEventTrigger("before", "shutdown", self.drain)

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        return config

    def drain(self) -> "defer.Deferred[None]":
        done: "defer.Deferred[None]" = defer.Deferred()
        begun = reactor.seconds()
        for port in [reader for reader in reactor.getReaders() if isinstance(reader, Port)]:
            close(port)

        def look() -> None:
            passed = reactor.seconds() - begun
            self.end_polls()
            for channel in channels():
                close_after_answer(channel)
            awaited = [channel for channel in channels() if is_busy(channel, passed < LONGEST_POLL_SECONDS)]
            if passed < SHORTEST_SECONDS or (awaited and passed < LONGEST_SECONDS):
                reactor.callLater(LOOK_SECONDS, look)
                return
            if awaited:
                logger.warning("%d connections are cut off, unanswered after %.1f s", len(awaited), passed)
            done.callback(None)

        look()
        return done

    def end_polls(self) -> None:
        """Long polls are answered as if their time were over. Synapse has no public way to do so: those of a version that does it otherwise are cut off."""
        try:
            for stream in list(self.api._hs.get_notifier().user_to_user_stream.values()):
                for listener in list(stream.listeners):
                    listener.cancel()
        except Exception:
            logger.debug("Long polls are cut off", exc_info=True)


def close(port: Port) -> None:
    """Refuses new connections and keeps those that are open."""
    # A site whose last port is closed would drop its connections, and answer 404 by those that remain.
    port.factory.doStart()
    # Connections that the kernel has accepted already: in the turn of the loop that closes the port, and before that.
    port.numberAccepts = 10_000
    reactor.callLater(0, port.doRead)
    port.stopListening()


def channels() -> Iterator[HTTPChannel]:
    for transport in {*reactor.getReaders(), *reactor.getWriters()}:
        protocol = getattr(transport, "protocol", None)
        channel = getattr(protocol, "_channel", protocol)
        if isinstance(channel, HTTPChannel):
            yield channel


def is_busy(channel: HTTPChannel, polls: bool) -> bool:
    """Whether a request is yet to be answered, or its answer yet to be sent."""
    waits = any(polls or not getattr(request, "path", b"").endswith(LONG_POLLS) for request in channel.requests)
    return waits or channel.transport in reactor.getWriters() or getattr(channel.transport, "disconnecting", False)


def close_after_answer(channel: HTTPChannel) -> None:
    """The answer to the request at hand, or else to the next one, says that the connection closes after it, and so it does."""
    channel.checkPersistence = closing
    for request in channel.requests:
        channel.persistent = False
        if not request.startedWriting:
            request.responseHeaders.setRawHeaders(b"Connection", [b"close"])


def closing(request: Request, version: bytes) -> bool:
    request.responseHeaders.setRawHeaders(b"Connection", [b"close"])
    return False
