"""Keeps what the stack's containers were declared with and Docker's provider cannot ask for.

- A container that was killed comes back: to Docker, `docker kill` is a wish to stop, so no restart policy
  answers it. One that was stopped (`docker stop`) or removed stays so.
- A limit on processes and threads together (Docker: --pids-limit), from the label matrix-synapse.processes.

Only the standard library, so that it runs in any image that has Python.
"""

import http.client
import json
import os
import socket
import time
import urllib.parse

SOCKET = "/var/run/docker.sock"
STACK_LABEL = "matrix-synapse.stack=" + os.environ["STACK"]
PROCESSES_LABEL = "matrix-synapse.processes"
HEARTBEAT = "/tmp/heartbeat"
# `docker stop` reports "die" and then "stop"; a removal reports "destroy". Wait for them before reviving.
PATIENCE_SECONDS = 3
POLL_SECONDS = 2


class Engine(http.client.HTTPConnection):
    def __init__(self):
        super().__init__("docker", timeout=30)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


def call(method, path, body=None, **query):
    connection = Engine()
    try:
        url = "/v1.41" + path + "?" + urllib.parse.urlencode(query)
        connection.request(method, url, body and json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def events(since, until):
    filters = {"type": ["container"], "label": [STACK_LABEL], "event": ["die", "stop", "destroy", "start"]}
    _, lines = call("GET", "/events", since=f"{since:.3f}", until=f"{until:.3f}", filters=json.dumps(filters))
    return [json.loads(line) for line in lines.splitlines() if line]


def revive(container):
    status, body = call("GET", f"/containers/{container}/json")
    if status != 200 or json.loads(body)["State"]["Status"] != "exited":
        return
    status, body = call("POST", f"/containers/{container}/start")
    print("started again" if status < 400 else f"not started ({status} {body.strip()})", container, flush=True)


def limit_processes(container):
    limit = int(container["Labels"].get(PROCESSES_LABEL, 0))
    if limit:
        status, body = call("POST", f"/containers/{container['Id']}/update", {"PidsLimit": limit})
        if status >= 400:
            print(f"no limit on processes ({status} {body.strip()})", container["Id"], flush=True)


def main():
    # The engine remembers its latest events: what was killed while no keeper ran is found as well.
    since = time.time() - 600
    died, limited = {}, set()
    while True:
        try:
            until = time.time()
            for event in events(since, until):
                if event["Action"] == "die":
                    died[event["id"]] = until
                else:
                    died.pop(event["id"], None)
            since = until
            for container in [key for key, at in died.items() if until - at >= PATIENCE_SECONDS]:
                del died[container]
                revive(container)
            _, running = call("GET", "/containers/json", filters=json.dumps({"label": [STACK_LABEL]}))
            for container in json.loads(running):
                if container["Id"] not in limited:
                    limit_processes(container)
                    limited.add(container["Id"])
            open(HEARTBEAT, "w").close()
        except (OSError, http.client.HTTPException) as error:
            print("the Docker engine does not answer:", error, flush=True)
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
