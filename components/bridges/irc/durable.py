"""Delivery that survives: what heisenbridge 1.15.4 keeps in memory or drops is kept in a journal instead.

Its classes are wrapped by name, so a version that lacks one of these names must not start.
"""

import asyncio
import importlib
import logging
import os
import re
import signal
import sys
from typing import Any

import connection
import patience
import to_irc
from aiohttp import web
from heisenbridge import private_room
from heisenbridge.__main__ import BridgeAppService
from heisenbridge.network_room import NetworkRoom
from journal import Journal
from mautrix.appservice import AppService
from mautrix.errors import MatrixError
from mautrix.util.bridge_state import BridgeStateEvent
from to_matrix import ToMatrix

log = logging.getLogger("bridge")
# Tasks that nobody waits for; one that nothing holds may be collected.
background: set[asyncio.Future[None]] = set()

WRAPPED = {
    "heisenbridge.__main__": ("BridgeAppService._on_mx_event", "BridgeAppService.push_bridge_state", "BridgeAppService.mxc_to_url"),
    "heisenbridge.irc": (
        "HeisenConnection.send_raw",
        "HeisenConnection._run",
        "HeisenConnection.close",
        "HeisenReactor._handle_event",
        "OrderedPriorityQueue.remove_tag",
    ),
    "heisenbridge.channel_room": ("ChannelRoom.on_join", "ChannelRoom.on_part", "ChannelRoom.on_kick"),
    "heisenbridge.network_room": ("NetworkRoom._connect", "NetworkRoom.from_config", "NetworkRoom.to_config"),
    "heisenbridge.plumbed_room": ("PlumbedRoom.on_mx_message",),
    "heisenbridge.private_room": ("split_long", "PrivateRoom"),
    "heisenbridge.room": ("EventQueue", "Room._flush_events", "Room.on_mx_event"),
    "heisenbridge.event_queue": ("EventQueue.enqueue", "EventQueue._run", "EventQueue.start", "EventQueue.stop"),
    "irc.client_aio": ("AioConnection._process_line",),
    "mautrix.appservice": ("AppService._http_handle_transaction", "AppService.handle_transaction", "AppService.start", "AppService.ping_self"),
    "mautrix.api": ("HTTPAPI.request",),
    "mautrix.client.api.events": ("EventMethods.send_message_event",),
}


def check_names() -> None:
    for module, names in WRAPPED.items():
        for name in names:
            found: Any = importlib.import_module(module)
            for part in name.split("."):
                if (found := getattr(found, part, None)) is None:
                    sys.exit(f"This bridge delivers by way of {module}.{name}, which this version of its image lacks; use heisenbridge 1.15.4")


class Secrets:
    """Passwords of networks: heisenbridge would store them in its account data, in the homeserver's database."""

    NAMES = ("password", "sasl_password")

    def __init__(self, networks: dict[str, dict[str, Any]]) -> None:
        self.networks = networks

    def install(self) -> None:
        read, written = NetworkRoom.from_config, NetworkRoom.to_config

        def from_config(room: NetworkRoom, config: dict[str, Any]) -> None:
            read(room, {**config, **self._of(room, config["name"])})

        def to_config(room: NetworkRoom) -> dict[str, Any]:
            return {**written(room), **dict.fromkeys(self._of(room, room.name))}

        NetworkRoom.from_config, NetworkRoom.to_config = from_config, to_config

    def _of(self, room: NetworkRoom, name: str) -> dict[str, Any]:
        # The declared network rooms are the bridge's own; somebody's own room of the same network is theirs.
        declared = self.networks.get(name) if room.user_id == room.serv.user_id else None
        return {key: declared.get(key) for key in self.NAMES} if declared else {}


def install(declaration: dict[str, Any], registration: dict[str, Any], journal: Journal) -> None:
    check_names()
    own = [re.compile(entry["regex"]) for entry in registration["namespaces"]["users"]]
    outgoing = to_irc.ToIrc(journal, own)
    incoming = ToMatrix(journal)
    received, handed_on = AppService._http_handle_transaction, AppService.handle_transaction
    told, started = BridgeAppService.push_bridge_state, AppService.start

    async def receive(self: AppService, request: web.Request) -> web.Response:
        _, transaction = await self._read_transaction_header(request)
        await outgoing.take(transaction.get("events", []))
        return await received(self, request)

    declared = {channel["roomId"] for channel in declaration["channels"]}

    async def hand_on(self: AppService, *arguments: Any, events: list[Any], **rest: Any) -> Any:
        if outgoing.bridge and any(is_back(event, outgoing.bridge, declared) for event in events):
            # heisenbridge has left the room for good; what is declared is read at the start.
            log.warning("A declared room was taken from this bridge and given back; starting again")
            os.kill(os.getpid(), signal.SIGTERM)
        return await handed_on(self, *arguments, events=[event for event in events if not outgoing.is_ours(event)], **rest)

    async def tell(self: BridgeAppService, state: BridgeStateEvent, *arguments: Any, **options: Any) -> None:
        # heisenbridge says so once, when all its rooms are known and before the first network is connected.
        if state == BridgeStateEvent.UNCONFIGURED and not outgoing.ready.is_set():
            incoming.resume(self)
            outgoing.start(self)
            self.az.ready = True
            background.add(asyncio.ensure_future(ask_for_missed(self.az)))
        await told(self, state, *arguments, **options)

    async def start(self: AppService, *arguments: Any, **options: Any) -> None:
        self.app.router.add_get("/metrics", lambda request: answer_metrics(outgoing, incoming, journal))
        outgoing.resume()
        await started(self, *arguments, **options)

    AppService._http_handle_transaction, AppService.handle_transaction, AppService.start = receive, hand_on, start
    BridgeAppService.push_bridge_state = tell
    # Without a public address for files heisenbridge fails on them.
    BridgeAppService.mxc_to_url = lambda self, url, name=None: f"[file: {name or 'without a name'}]"
    private_room.split_long = to_irc.split_long
    Secrets({network["name"]: network for network in declaration["networks"]}).install()
    patience.install()
    connection.install({network["name"]: network.get("pause", connection.PAUSE) for network in declaration["networks"]})
    incoming.install()


def is_back(event: dict[str, Any], bridge: BridgeAppService, declared: set[str]) -> bool:
    about = (event.get("type"), event.get("state_key")) == ("m.room.member", bridge.user_id)
    room_id = event.get("room_id")
    return about and event["content"].get("membership") in ("invite", "join") and room_id in declared and room_id not in bridge._rooms


async def ask_for_missed(az: AppService) -> None:
    """A homeserver that could not reach this bridge tries again after up to 8.5 minutes, or at once when it is asked for a ping."""
    try:
        await az.ping_self()
    except MatrixError as error:
        log.warning("The homeserver does not ping this bridge: %s", error)


async def answer_metrics(outgoing: to_irc.ToIrc, incoming: ToMatrix, journal: Journal) -> web.Response:
    """As Prometheus reads it. Times in seconds since 1970; absent before the first message."""
    waiting = journal.waiting()
    lines = []
    for direction, way in (("to_irc", outgoing), ("to_matrix", incoming)):
        lines.append(f'bridge_messages_total{{direction="{direction}"}} {way.delivered}')
        lines.append(f'bridge_messages_waiting{{direction="{direction}"}} {waiting[direction]}')
        if way.last:
            lines.append(f'bridge_last_message_timestamp_seconds{{direction="{direction}"}} {way.last:.3f}')
    for room in outgoing.bridge.find_rooms(NetworkRoom) if outgoing.bridge else []:
        if room.user_id == room.serv.user_id:
            up = int(bool(room.conn and room.conn.connected))
            lines.append(f'bridge_network_connected{{network="{room.name}"}} {up}')
    return web.Response(text="".join(f"{line}\n" for line in lines))
