"""Stands between matterbridge and the homeserver, for what matterbridge does not do: it neither remembers how far it has come, nor
repeats a request, nor waits for a chat that takes few messages a second.

    python3 courier.py CONFIG STATE_FILE

CONFIG is a secret file of JSON: {"port", "homeserver", "user", "token", "paces": {ROOM: [SECONDS, BURST]}, "rooms": [ROOM]}.

- GET sync: one event at a time, each until the bridge has gone on from it, over restarts of either, at the pace of the other side.
- PUT send and redact: repeated with the same transaction until the homeserver takes them.
- GET media: with the token that the homeserver wants, and of files alone that a message of the rooms has.
"""

import collections
import http.server
import json
import re
import signal
import sys
import threading
import time
import urllib.parse

from courier_homeserver import Homeserver, follow, log
from courier_queue import Queue

# For as long as it must have waited for the next event, the bridge has passed on the last one.
DONE_AFTER_SECONDS = 0.25
FILES_KNOWN = 1000
NAMES_SECONDS = 60

# Each start of the bridge has a path of its own.
RUN = re.compile(r"^/run/(\w+)(/.*)$")
CLIENT = re.compile(r"^/_matrix/client/(?:r0|v\d)/(.*)$")
MEDIA = re.compile(r"^/_matrix/(?:media/(?:r0|v\d)|client/v1/media)/(download|thumbnail)/([^/]+)/([^/]+)")
UPLOAD = re.compile(r"^/_matrix/media/(?:r0|v\d)/upload$")


class Courier(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, config, state):
        self.token = config["token"]
        self.own = config["user"]
        self.homeserver = Homeserver(config["homeserver"], self.token)
        self.queue = Queue(state, config["paces"])
        self.files = collections.OrderedDict()
        self.names = {}
        self.read = {}
        self.runs = collections.deque(maxlen=100)
        self.beginning = threading.Lock()
        super().__init__(("", config["port"]), Handler)
        rooms = set(config["rooms"])
        for run in (lambda: follow(self.homeserver, self.queue, self.own, rooms), self.tell_read):
            threading.Thread(target=self.or_die, args=(run,), daemon=True).start()

    def of_run(self, run):
        """Whether that is the present start of the bridge. The first request of another begins that one."""
        with self.beginning:
            if run not in self.runs:
                self.runs.append(run)
                self.queue.begin(run)
            return run == self.runs[-1]

    def handle_error(self, request, client_address):
        # The bridge hung up, which it may.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def or_die(self, run):
        try:
            run()
        except Exception as error:  # pylint: disable=broad-except
            log(f"ends: {error}")
        # What runs it starts it again.
        signal.raise_signal(signal.SIGTERM)

    def remember_file(self, content):
        url = content.get("url")
        if isinstance(url, str) and url.startswith("mxc://"):
            self.files[url] = None
            while len(self.files) > FILES_KNOWN:
                self.files.popitem(last=False)

    def tell_read(self):
        while True:
            time.sleep(2)
            for room, path in list(self.read.items()):
                del self.read[room]
                self.homeserver.patiently("POST", path, b"{}", {"Content-Type": "application/json"})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Courier

    def log_message(self, *arguments):
        pass

    def answer(self, status, content, kind="application/json"):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        run, self.path = found.groups() if (found := RUN.match(self.path)) else ("", self.path)
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path == "/health":
            return self.answer(200, {"waiting": sum(map(len, self.server.queue.waiting.values()))})
        # Of its rooms' events, one that has not joined them all throws those away that it is given.
        if url.path == "/started" and self.server.runs and run == self.server.runs[-1]:
            self.server.queue.start(run)
            return self.answer(200, {})
        if media := MEDIA.match(url.path):
            return self.media(media)
        given = self.headers.get("Authorization", "").removeprefix("Bearer ") or query.get("access_token")
        if given != self.server.token:
            return self.answer(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "not the relay's"})
        self.run = run
        if not self.server.of_run(run):
            return self.answer(410, {"errcode": "M_UNKNOWN", "error": "of an earlier start"})
        if UPLOAD.match(url.path):
            return self.forward("POST", "/_matrix/media/v3/upload", body)
        client = CLIENT.match(url.path)
        if not client:
            return self.answer(404, {"errcode": "M_UNRECOGNIZED", "error": "unknown"})
        return self.client(client[1], query, body)

    do_GET = do_PUT = do_POST = handle_request

    def client(self, path, query, body):
        server = self.server
        if path == "sync":
            return self.sync(query)
        if path.endswith("/filter"):
            return self.answer(200, {"filter_id": "1"})
        if path.startswith("profile/") and path.endswith("/avatar_url"):
            # Nobody on the other side could fetch it.
            return self.answer(200, {})
        if path.startswith("profile/") and self.command == "GET":
            return self.name(path)
        if "/receipt/" in path:
            server.read[path.split("/")[1]] = f"/_matrix/client/v3/{path}"
            # It is on its way, and the bridge takes one after the other.
            server.queue.finish_before(urllib.parse.unquote(path.rsplit("/", 1)[1]))
            return self.answer(200, {})
        return self.forward(self.command, f"/_matrix/client/v3/{path}", body)

    def forward(self, method, path, body=b""):
        headers = {"Content-Type": self.headers.get("Content-Type") or "application/json"} if body else {}
        # What is sent has a transaction, what else is asked for may be asked for twice.
        status, said, content = self.server.homeserver.patiently(method, path, body or None, headers)
        self.answer(status, content, said.get("Content-Type", "application/json"))

    def name(self, path):
        kept = self.server.names.get(path)
        if kept is None or kept[0] < time.monotonic():
            status, _, content = self.server.homeserver.patiently("GET", f"/_matrix/client/v3/{path}")
            if len(self.server.names) > 10_000:
                self.server.names.clear()
            kept = self.server.names[path] = (time.monotonic() + NAMES_SECONDS, status, content)
        self.answer(kept[1], kept[2])

    def media(self, media):
        kind, server, name = media.groups()
        if f"mxc://{server}/{name}" not in self.server.files:
            return self.answer(404, {"errcode": "M_NOT_FOUND", "error": "of no message"})
        return self.forward("GET", f"/_matrix/client/v1/media/{kind}/{server}/{name}")

    def sync(self, query):
        queue = self.server.queue
        since = query.get("since", "")
        if not since.startswith("n"):
            # Without a token, the bridge throws away what it is given.
            return self.answer(200, {"next_batch": f"n{queue.number}", "rooms": {}})
        number = int(since[1:])
        queue.finish(number - 1)
        wait = min(int(query.get("timeout", 0)) / 1000, 30)
        taken = queue.take(min(wait, DONE_AFTER_SECONDS))
        if taken is None:
            if self.gone():
                return None
            queue.finish(number)
            taken = queue.take(max(wait - DONE_AFTER_SECONDS, 0))
        if taken is None:
            return self.answer(200, {"next_batch": since, "rooms": {}})
        number, event = taken
        if self.gone():
            queue.give_back(number)
            return None
        self.server.remember_file(event["content"])
        room = {"timeline": {"events": [event], "limited": False, "prev_batch": since}, "state": {"events": []}, "ephemeral": {"events": []}}
        return self.answer(200, {"next_batch": f"n{number}", "rooms": {"join": {event["room_id"]: room}}})

    def gone(self):
        """Whether the bridge has hung up, or begun anew."""
        if not self.server.of_run(self.run):
            return True
        self.connection.setblocking(False)
        try:
            return self.connection.recv(1, 2) == b""  # MSG_PEEK
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self.connection.setblocking(True)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        config = json.load(file)
    courier = Courier(config, sys.argv[2])
    # Not in this thread, which waits for requests.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    courier.serve_forever()


main()
