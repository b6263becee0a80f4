"""Starts heisenbridge with what is declared and with delivery that survives.

Arguments: the registration (YAML), the declaration (JSON, see irc.ts), the directory of the bridge's volume.
"""

import asyncio
import json
import logging
import os
import re
import signal
import sys
from typing import Any

import declare
import durable
from heisenbridge.__main__ import BridgeAppService
from heisenbridge.network_room import NetworkRoom
from journal import Journal
from mautrix.util.config import yaml


async def run(registration_path: str, declaration: dict[str, Any], directory: str) -> None:
    homeserver = declaration["homeserver"]
    with open(registration_path) as file:
        registration = yaml.load(file)
    durable.install(declaration, registration, Journal(os.path.join(directory, "journal.db")))
    account = declare.Account(homeserver, registration["as_token"], registration["sender_localpart"])
    await account.sign_in()
    puppets = [re.compile(entry["regex"]) for entry in registration["namespaces"]["users"]]
    await declare.declare(account, declaration, lambda user_id: user_id != account.user_id and any(name.fullmatch(user_id) for name in puppets))
    await account.api.session.close()
    service = BridgeAppService()
    service.load_reg(registration_path)
    loop = asyncio.get_running_loop()
    bridge = asyncio.ensure_future(
        # Safe mode: an error at the start does not make it leave a room.
        service.run("0.0.0.0", declaration["port"], homeserver, owner=None, safe_mode=True, media_proxy=False)
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, bridge.cancel)
    try:
        await bridge
    except asyncio.CancelledError:
        for room in service.find_rooms(NetworkRoom) if hasattr(service, "_rooms") else []:
            if room.conn and room.conn.connected:
                # Written past the queue, which is the journal's by now.
                room.conn.transport.write(b"QUIT :restarting\r\n")
        await asyncio.sleep(0.2)


def main() -> None:
    registration_path, declaration_path, directory = sys.argv[1:]
    # Not more: at the level of debugging, heisenbridge writes what it is configured with.
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    os.umask(0o077)
    with open(declaration_path) as file:
        declaration = json.load(file)
    asyncio.run(run(registration_path, declaration, directory))
    # What heisenbridge leaves running keeps nothing that is not in the journal.
    os._exit(0)


if __name__ == "__main__":
    main()
