"""Writes alerts into a room: takes them from Alertmanager by HTTP, and keeps them until the homeserver has taken them.

    python3 roomAlerts.py PORT HOMESERVER ROOM TOKEN_FILE

HOMESERVER is the URL of the client API, ROOM a room ID, and TOKEN_FILE has the access token of a bot in that room.
"""

import collections
import http.server
import json
import signal
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

# What comes while the homeserver is down waits, the newest of it: alerts are worth less the older they are.
WAITING_AT_MOST = 1000
LONGEST_PAUSE_SECONDS = 30


def lines(body):
    """One message an alert, from Alertmanager's webhook: https://prometheus.io/docs/alerting/0.25/configuration/#webhook_config"""
    for alert in body["alerts"]:
        labels, notes = alert.get("labels", {}), alert.get("annotations", {})
        name = labels.get("alertname", "alert")
        if alert["status"] == "firing":
            yield f"Firing ({labels.get('severity', 'unknown')}): {name}: {notes.get('summary', '')} {notes.get('advice', '')}".strip()
        else:
            yield f"Resolved: {name}: {notes.get('summary', '')}".strip()


class Room:
    def __init__(self, homeserver, room, token_file):
        self.base = f"{homeserver}/_matrix/client/v3/rooms/{urllib.parse.quote(room, safe='')}/send/m.room.message/"
        with open(token_file, encoding="ascii") as file:
            self.token = file.read().strip()
        self.waiting = collections.deque(maxlen=WAITING_AT_MOST)
        self.come = threading.Event()

    def add(self, text):
        # The same transaction in each attempt, so that nothing is written twice.
        self.waiting.append((str(uuid.uuid4()), text))
        self.come.set()

    def send(self, transaction, text):
        """Returns the seconds to wait before the next attempt; 0 when it is done with."""
        content = json.dumps({"msgtype": "m.text", "body": text}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + transaction, data=content, headers=headers, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=20):
                return 0
        except urllib.error.HTTPError as error:
            said = error.read(500).decode(errors="replace")
            if error.code == 429 or error.code >= 500:
                print(f"the homeserver answers {error.code}; it is tried again", file=sys.stderr, flush=True)
                return 5
            print(f"the homeserver refuses a message for good: {error.code} {said}", file=sys.stderr, flush=True)
            return 0
        except OSError as error:
            print(f"the homeserver does not answer: {error}; it is tried again", file=sys.stderr, flush=True)
            return 2

    def run(self):
        pause = 1
        while True:
            self.come.wait()
            self.come.clear()
            while self.waiting:
                first = self.waiting[0]
                wait = self.send(*first)
                if wait:
                    time.sleep(max(wait, pause))
                    pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                    continue
                pause = 1
                # A newer one may have pushed it out meanwhile.
                if self.waiting and self.waiting[0] is first:
                    self.waiting.popleft()


def handler(room):
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, status):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self):
            self.answer(200)

        def do_POST(self):
            try:
                messages = list(lines(json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))))
            except (KeyError, TypeError, ValueError):
                return self.answer(400)
            for text in messages:
                room.add(text)
            self.answer(200)

        def log_message(self, *_):
            pass

    return Handler


def main():
    port, homeserver, room_id, token_file = sys.argv[1:]
    room = Room(homeserver, room_id, token_file)
    threading.Thread(target=room.run, daemon=True).start()
    server = http.server.ThreadingHTTPServer(("", int(port)), handler(room))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    stopped.wait()


if __name__ == "__main__":
    main()
