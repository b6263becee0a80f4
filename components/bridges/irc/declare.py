"""What is declared, written to where heisenbridge looks for it: account data of the bridge's own account.

heisenbridge has no file for networks and channels. Its global account data lists networks; each of its rooms has account data that
says what the room is. Rooms that people make by chat are left as they are.
"""

import asyncio
import logging
from typing import Any
from urllib.parse import quote

from mautrix.api import HTTPAPI, Method
from mautrix.errors import MatrixError, MatrixInvalidToken, MatrixRequestError, MNotFound, MUserInUse

log = logging.getLogger("bridge")

# Account data of heisenbridge, and what was declared the last time.
THEIRS, OURS = "irc", "matrix-synapse.irc"
# Seconds to wait for a room's invitation, which is written at the same time.
INVITED_WITHIN = 60.0

Data = dict[str, Any]


class Account:
    """The bridge's account at the homeserver."""

    def __init__(self, homeserver: str, as_token: str, localpart: str) -> None:
        self.api, self.localpart = HTTPAPI(base_url=homeserver, token=as_token), localpart
        self.user_id = ""

    async def sign_in(self) -> None:
        told = False
        while True:
            try:
                body = {"type": "m.login.application_service", "username": self.localpart, "inhibit_login": True}
                await self.call(Method.POST, "v3/register", body)
            except MUserInUse:
                pass
            except MatrixInvalidToken:
                # It has not been restarted yet with this bridge's registration.
                if not told:
                    log.warning("The homeserver does not know this bridge yet; trying until it does")
                told = True
                await asyncio.sleep(2)
                continue
            self.user_id = (await self.call(Method.GET, "v3/account/whoami"))["user_id"]
            return

    async def call(self, method: Method, path: str, body: Data | None = None, user_id: str | None = None) -> Any:
        return await self.api.request(method, f"/_matrix/client/{path}", body, query_params={"user_id": user_id})

    async def data(self, kind: str, room_id: str | None = None) -> Data:
        try:
            return await self.call(Method.GET, self._place(kind, room_id))
        except MNotFound:
            return {}

    async def write(self, kind: str, content: Data, room_id: str | None = None) -> None:
        if await self.data(kind, room_id) != content:
            await self.call(Method.PUT, self._place(kind, room_id), content)

    def _place(self, kind: str, room_id: str | None) -> str:
        room = f"/rooms/{quote(room_id, safe='')}" if room_id else ""
        return f"v3/user/{quote(self.user_id, safe='')}{room}/account_data/{kind}"

    async def members(self, room_id: str) -> dict[str, tuple[str, str]]:
        """Membership by user ID, and who brought it about."""
        found = await self.call(Method.GET, f"v3/rooms/{quote(room_id, safe='')}/members")
        return {event["state_key"]: (event["content"]["membership"], event["sender"]) for event in found["chunk"]}

    async def act(self, room_id: str, action: str, body: Data | None = None, user_id: str | None = None) -> None:
        await self.call(Method.POST, f"v3/rooms/{quote(room_id, safe='')}/{action}", body or {}, user_id)


async def declare(account: Account, declaration: Data, is_puppet: Any) -> None:
    """is_puppet: whether a user ID stands for somebody on IRC."""
    before = await account.data(OURS)
    known: dict[str, str] = before.get("networks", {})
    joined = (await account.call(Method.GET, "v3/joined_rooms"))["joined_rooms"]
    rooms = {}
    for network in declaration["networks"]:
        room_id = known.get(network["name"])
        rooms[network["name"]] = room_id if room_id in joined else await make_room(account, network["name"])
        # At once: a room that is made and then forgotten would be made again.
        await account.write(OURS, {**before, "networks": {**known, **rooms}})
        await admit(account, rooms[network["name"]], declaration["admins"])
        theirs = await account.data(THEIRS, rooms[network["name"]])
        await account.write(THEIRS, network_data(account.user_id, network, theirs), rooms[network["name"]])
    channels = [channel for channel in declaration["channels"] if await enter(account, channel["roomId"])]
    networks = {network["name"]: network for network in declaration["networks"]}
    for channel in channels:
        theirs, name = await account.data(THEIRS, channel["roomId"]), channel["network"]
        data = channel_data(account.user_id, channel, networks[name], rooms[name], theirs)
        await account.write(THEIRS, data, channel["roomId"])
    wanted = {channel["roomId"] for channel in declaration["channels"]}
    gone = [room_id for room_id in before.get("channels", []) if room_id not in wanted]
    for room_id in [*gone, *(room_id for name, room_id in known.items() if name not in rooms)]:
        await leave(account, room_id, is_puppet)
    await account.write(THEIRS, global_data(declaration, known, await account.data(THEIRS)))
    await account.write(OURS, {"networks": rooms, "channels": sorted(wanted)})


def network_data(user_id: str, network: Data, theirs: Data) -> Data:
    sasl = network["sasl_username"]
    return {
        # heisenbridge reads this one into another setting. Source: heisenbridge/network_room.py, from_config
        **{key: value for key, value in theirs.items() if key not in ("color", "password", "sasl_password")},
        "type": "NetworkRoom",
        "user_id": user_id,
        "name": network["name"],
        "connected": True,
        "nick": network["nick"],
        "username": network["nick"],
        "ircname": network["ircname"],
        "sasl_username": sasl,
        "sasl_mechanism": "plain" if sasl else None,
        # A message to the bridge itself is shown in the network's room; with True it would open a chat with the bridge's own account.
        "autoquery": False,
        "rejoin_invite": True,
        "rejoin_kick": True,
    }


def channel_data(user_id: str, channel: Data, network: Data, network_room: str, theirs: Data) -> Data:
    return {
        # What heisenbridge notes for itself, such as the files that it has linked.
        **(theirs if theirs.get("type") == "PlumbedRoom" else {}),
        "type": "PlumbedRoom",
        "user_id": user_id,
        "name": channel["channel"].lower(),
        "network": network["name"],
        "network_id": network_room,
        "member_sync": network["member_sync"],
        # All of them: none is left out of a long message.
        "max_lines": 0,
        "use_pastebin": False,
        "use_reacts": False,
        "use_displaynames": True,
        "use_disambiguation": True,
        "allow_notice": True,
    }


def global_data(declaration: Data, known: dict[str, str], theirs: Data) -> Data:
    declared = {
        network["name"]: {"name": network["name"], "servers": [{"proxy": None, "tls_ciphers": None, **server} for server in network["servers"]]}
        for network in declaration["networks"]
    }
    others = {name: network for name, network in theirs.get("networks", {}).items() if name not in known}
    return {
        **theirs,
        "networks": {**others, **declared},
        # Nobody: while it is unset, the first who speaks to the bridge owns it; an owner is sent a room at every start.
        "owner": "",
        "allow": {**dict.fromkeys(declaration["users"], "user"), **dict.fromkeys(declaration["admins"], "admin")},
        "use_pastebin": False,
    }


async def make_room(account: Account, network: str) -> str:
    body = {
        "preset": "private_chat",
        "name": f"IRC: {network}",
        "topic": f"What the bridge says about its connection to {network}. Commands are read here: say HELP.",
    }
    return (await account.call(Method.POST, "v3/createRoom", body))["room_id"]


async def admit(account: Account, room_id: str, admins: list[str]) -> None:
    """Whoever is in a network's room can command the bridge there."""
    members = await account.members(room_id)
    for user_id, (membership, _) in members.items():
        if membership in ("join", "invite") and user_id not in (*admins, account.user_id):
            await account.act(room_id, "kick", {"user_id": user_id, "reason": "no longer an administrator of this bridge"})
    for user_id in admins:
        # Not again those who have left it or declined.
        if members.get(user_id, ("leave", account.user_id)) == ("leave", account.user_id):
            await account.act(room_id, "invite", {"user_id": user_id})


async def enter(account: Account, room_id: str) -> bool:
    waited = 0.0
    while True:
        try:
            await account.act(room_id, "join")
            return True
        except MatrixRequestError as error:
            if waited >= INVITED_WITHIN:
                log.error("%s cannot join %s (%s): invite it, then restart the bridge", account.user_id, room_id, error)
                return False
            await asyncio.sleep(2)
            waited += 2


async def leave(account: Account, room_id: str, is_puppet: Any) -> None:
    """With everybody who stands for somebody on IRC."""
    try:
        members = await account.members(room_id)
        for user_id in [user_id for user_id, (membership, _) in members.items() if membership == "join" and is_puppet(user_id)]:
            await account.act(room_id, "leave", user_id=user_id)
        await account.write(THEIRS, {}, room_id)
        await account.act(room_id, "leave")
    except MatrixError as error:
        log.warning("%s is left by somebody else already: %s", room_id, error)
