"""The homeserver's side of the courier: requests that outlive its restarts, and every event of the rooms, none left out."""

import http.client
import json
import sys
import threading
import time
import urllib.parse

LONGEST_PAUSE_SECONDS = 10
FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "ephemeral": {"types": []},
            "account_data": {"types": []},
            "state": {"types": ["m.room.member"], "lazy_load_members": True},
            "timeline": {"limit": 100, "types": ["m.room.message", "m.room.redaction", "m.room.member"]},
        },
    }
)


def log(text):
    print(f"courier: {text}", file=sys.stderr, flush=True)


class Homeserver:
    def __init__(self, url, token):
        self.url = urllib.parse.urlsplit(url)
        self.token = token
        self.local = threading.local()

    def once(self, method, path, body=None, headers=None, timeout=60):
        """Status, headers and body of the answer. Raises OSError or HTTPException where there is none."""
        connection = getattr(self.local, "connection", None) or http.client.HTTPConnection(self.url.hostname, self.url.port or 80)
        self.local.connection = connection
        connection.timeout = timeout
        if connection.sock:
            connection.sock.settimeout(timeout)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            self.local.connection = None
            raise

    def patiently(self, method, path, body=None, headers=None, timeout=60):
        """As once, but tried again while the homeserver is down, fails or asks to wait. The request must be one that may be repeated."""
        pause = 0.2
        while True:
            try:
                status, said, content = self.once(method, path, body, headers, timeout)
                if status < 500 and status != 429:
                    return status, said, content
                wait = pause
                if status == 429:
                    try:
                        wait = json.loads(content).get("retry_after_ms", 1000) / 1000
                    except ValueError:
                        wait = 1
                else:
                    log(f"the homeserver answers {status}; it is tried again")
            except (OSError, http.client.HTTPException) as error:
                log(f"the homeserver cannot be reached ({type(error).__name__}); it is tried again")
                wait = pause
            time.sleep(min(wait, 60))
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def json(self, path, timeout=60):
        status, _, content = self.patiently("GET", path, timeout=timeout)
        if status != 200:
            raise RuntimeError(f"the homeserver answers {status} to {path.split('?')[0]}: {content[:200].decode(errors='replace')}")
        return json.loads(content)

    def sync(self, since, wait_seconds):
        query = {"filter": FILTER, "timeout": int(wait_seconds * 1000), **({"since": since} if since else {})}
        return self.json(f"/_matrix/client/v3/sync?{urllib.parse.urlencode(query)}", wait_seconds + 30)

    def between(self, room, start, end):
        """Events of a room between two tokens, the oldest first."""
        events = []
        types = json.dumps({"types": ["m.room.message", "m.room.redaction", "m.room.member"]})
        while start and start != end:
            query = urllib.parse.urlencode({"dir": "f", "from": start, "to": end, "limit": 100, "filter": types})
            page = self.json(f"/_matrix/client/v3/rooms/{urllib.parse.quote(room, safe='')}/messages?{query}")
            events += page["chunk"]
            if page.get("end") == start:
                break
            start = page.get("end")
        return events


def for_bridge(event, own):
    """Whether the bridge can do something with it. Of messages without text, or of an unknown form, it would lose its way."""
    content = event.get("content")
    if event.get("sender") == own or not isinstance(content, dict):
        return False
    if event.get("type") == "m.room.redaction":
        if isinstance(content.get("redacts"), str):
            # Where rooms of version 11 and later have it.
            event.setdefault("redacts", content["redacts"])
        return isinstance(event.get("redacts"), str)
    return event.get("type") == "m.room.message" and isinstance(content.get("msgtype"), str) and isinstance(content.get("body"), str)


def since_joining(events, own):
    """Those after one's own joining: what was said before is no business of the other side."""
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        joins = event.get("type") == "m.room.member" and event.get("state_key") == own and event["content"].get("membership") == "join"
        if joins and event.get("unsigned", {}).get("prev_content", {}).get("membership") != "join":
            return events[index + 1 :]
    return events


def follow(homeserver, queue, own, rooms):
    """Puts everything that happens in the rooms into the queue, for good."""
    if queue.since is None:
        queue.start_at(homeserver.sync(None, 0)["next_batch"])
    since = queue.since
    while True:
        answer = homeserver.sync(since, 30)
        fresh = []
        for room, joined in answer.get("rooms", {}).get("join", {}).items():
            if room not in rooms:
                continue
            timeline = joined.get("timeline", {})
            events = timeline.get("events", [])
            if timeline.get("limited") and timeline.get("prev_batch"):
                known = {event["event_id"] for event in events}
                missed = homeserver.between(room, since, timeline["prev_batch"])
                events = [event for event in missed if event["event_id"] not in known] + events
            fresh += [{**event, "room_id": room} for event in since_joining(events, own) if for_bridge(event, own)]
        since = answer["next_batch"]
        queue.put(since, fresh)
