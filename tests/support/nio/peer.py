"""A Matrix client with encryption that is told what to do by JSON lines on standard input and answers so on standard output.

Its account is kept in /store, so that another process goes on as the same device.
"""

import asyncio
import json
import os
import sys

from nio import AsyncClient, AsyncClientConfig, LoginResponse, MegolmEvent, RoomMessageText, RoomSendResponse

STORE = "/store"
ACCOUNT = f"{STORE}/account.json"


def say(**answer):
    print(json.dumps(answer), flush=True)


async def sign_in(client, password):
    if os.path.exists(ACCOUNT):
        with open(ACCOUNT) as file:
            client.restore_login(**json.load(file))
        return
    answer = await client.login(password)
    if not isinstance(answer, LoginResponse):
        raise SystemExit(f"no login: {answer}")
    with open(ACCOUNT, "w") as file:
        json.dump({"user_id": answer.user_id, "device_id": answer.device_id, "access_token": answer.access_token}, file)


async def main():
    lines = asyncio.StreamReader()
    await asyncio.get_event_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    start = json.loads(await lines.readline())

    config = AsyncClientConfig(store_sync_tokens=True, encryption_enabled=True)
    client = AsyncClient(start["homeserverUrl"], start["userId"], store_path=STORE, config=config)
    await sign_in(client, start["password"])

    async def message(room, event):
        say(event="message", eventId=event.event_id, sender=event.sender, body=event.body, decrypted=event.decrypted)

    async def undecryptable(room, event):
        say(event="undecryptable", eventId=event.event_id, sender=event.sender, sessionId=event.session_id)

    client.add_event_callback(message, RoomMessageText)
    client.add_event_callback(undecryptable, MegolmEvent)

    async def first_sync():
        await client.synced.wait()
        say(event="ready", deviceId=client.device_id)

    async def obey():
        while line := await lines.readline():
            command = json.loads(line)
            content = {"msgtype": "m.text", "body": command["body"]}
            # Nobody compares keys here, as with a bot.
            sent = await client.room_send(command["roomId"], "m.room.message", content, ignore_unverified_devices=True)
            if not isinstance(sent, RoomSendResponse):
                raise SystemExit(f"not sent: {sent}")
            say(event="sent", eventId=sent.event_id)
        syncing.cancel()

    # A server leaves out what is more than a filter asks for, and nio does not fetch it.
    every = {"room": {"timeline": {"limit": 1000}}}
    syncing = asyncio.ensure_future(client.sync_forever(timeout=3000, sync_filter=every, full_state=True))
    ready = asyncio.ensure_future(first_sync())
    obeying = asyncio.ensure_future(obey())
    done, _ = await asyncio.wait({syncing, obeying}, return_when=asyncio.FIRST_EXCEPTION)
    ready.cancel()
    await client.close()
    for task in done:
        if not task.cancelled() and task.exception():
            raise task.exception()


asyncio.run(main())
