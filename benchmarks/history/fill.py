"""Writes message history straight into a Synapse's database: hashed, signed and chained as Synapse itself does it.

Runs in the homeserver's own container, while nobody sends; the homeserver must be started anew afterwards, for it
keeps stream positions in memory. Each room is filled from its newest message on, which is the pattern for the next.

    fill.py MEGABYTES    until the database has grown by so much; prints the number of messages
"""
import io
import json
import random
import sys
import time

import psycopg2
import yaml
from signedjson.key import read_signing_keys
from synapse.api.room_versions import KNOWN_ROOM_VERSIONS
from synapse.crypto.event_signing import add_hashes_and_signatures
from synapse.events import make_event_from_dict

# Few, so that a short history reaches every room.
BATCH = 100
with open("/etc/synapse/homeserver.yaml") as file:
    config = yaml.safe_load(file)
args = {name: value for name, value in config["database"]["args"].items() if not name.startswith("cp_")}
connection = psycopg2.connect(**args)
cursor = connection.cursor()
with open(config["signing_key_path"]) as file:
    key = read_signing_keys(file)[0]

# A vocabulary as of people's messages: few words are frequent, most are rare.
generator = random.Random(1)
letters = "abcdefghijklmnopqrstuvwxyz"
words = ["".join(generator.choices(letters, k=generator.randint(3, 11))) for _ in range(20000)]
weights = [1 / (rank + 1) for rank in range(len(words))]


def rows(statement, *values):
    cursor.execute(statement, values)
    return cursor.fetchall()


def size():
    return rows("SELECT pg_database_size(current_database())")[0][0]


def copy(table, columns, values):
    def text(value):
        if value is None:
            return "\\N"
        return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")

    lines = "".join("\t".join(map(text, row)) + "\n" for row in values)
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(lines))


class Room:
    def __init__(self, room_id, version):
        self.room_id = room_id
        self.version = KNOWN_ROOM_VERSIONS[version]
        self.last, self.depth, self.group = rows(
            "SELECT e.event_id, e.depth, g.state_group FROM events e JOIN event_to_state_groups g USING (event_id) "
            "WHERE room_id = %s AND NOT outlier ORDER BY stream_ordering DESC LIMIT 1",
            room_id,
        )[0]
        # By sender: what allows their messages.
        patterns = rows("SELECT json FROM event_json JOIN events USING (event_id) WHERE events.room_id = %s AND type = 'm.room.message'", room_id)
        events = [json.loads(pattern) for (pattern,) in patterns]
        self.senders = sorted({event["sender"]: event["auth_events"] for event in events}.items())

    def message(self, at):
        sender, auth = generator.choice(self.senders)
        self.depth += 1
        event = {
            "type": "m.room.message",
            "room_id": self.room_id,
            "sender": sender,
            "content": {"msgtype": "m.text", "body": " ".join(generator.choices(words, weights, k=generator.randint(3, 60)))},
            "depth": self.depth,
            "origin_server_ts": at,
            "prev_events": [self.last],
            "auth_events": auth,
        }
        add_hashes_and_signatures(self.version, event, config["server_name"], key)
        before, self.last = self.last, make_event_from_dict(event, self.version).event_id
        return self.last, event, before


def write(room, first_position, at):
    made = [room.message(at + index) for index in range(BATCH)]
    positions = range(first_position, first_position + BATCH)
    numbered = list(zip(made, positions))
    copy(
        "events",
        ["topological_ordering", "event_id", "type", "room_id", "processed", "outlier", "depth", "origin_server_ts", "received_ts", "sender", "contains_url", "instance_name", "stream_ordering"],
        [(e["depth"], i, e["type"], room.room_id, "t", "f", e["depth"], e["origin_server_ts"], e["origin_server_ts"], e["sender"], "f", "master", p) for (i, e, _), p in numbered],
    )
    copy(
        "event_json",
        ["event_id", "room_id", "internal_metadata", "json", "format_version"],
        [(i, room.room_id, "{}", json.dumps(e, separators=(",", ":")), room.version.event_format) for i, e, _ in made],
    )
    copy("event_edges", ["event_id", "prev_event_id"], [(i, before) for i, _, before in made])
    copy("event_auth", ["event_id", "auth_id", "room_id"], [(i, auth, room.room_id) for i, e, _ in made for auth in e["auth_events"]])
    copy("event_to_state_groups", ["event_id", "state_group"], [(i, room.group) for i, _, _ in made])
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS said (event_id text, sender text, body text, at bigint, position bigint)")
    cursor.execute("TRUNCATE said")
    copy("said", ["event_id", "sender", "body", "at", "position"], [(i, e["sender"], e["content"]["body"], e["origin_server_ts"], p) for (i, e, _), p in numbered])
    cursor.execute(
        "INSERT INTO event_search (event_id, room_id, sender, key, vector, origin_server_ts, stream_ordering) "
        "SELECT event_id, %s, sender, 'content.body', to_tsvector('english', body), at, position FROM said",
        (room.room_id,),
    )
    cursor.execute("DELETE FROM event_forward_extremities WHERE room_id = %s", (room.room_id,))
    cursor.execute("INSERT INTO event_forward_extremities (event_id, room_id) VALUES (%s, %s)", (room.last, room.room_id))
    last = first_position + BATCH - 1
    cursor.execute("SELECT setval('events_stream_seq', %s)", (last,))
    cursor.execute("UPDATE stream_positions SET stream_id = %s WHERE stream_name = 'events'", (last,))
    connection.commit()


rooms = [Room(*row) for row in rows("SELECT room_id, room_version FROM rooms r WHERE EXISTS (SELECT FROM events e WHERE e.room_id = r.room_id AND type = 'm.room.message') ORDER BY room_id")]
began, wanted, count = size(), int(sys.argv[1]) * 1024 * 1024, 0
position = rows("SELECT max(stream_ordering) FROM events")[0][0] + 1
# The history of the last year.
at = int(time.time() * 1000) - 365 * 86_400_000
while size() - began < wanted:
    write(rooms[count // BATCH % len(rooms)], position, at)
    position += BATCH
    count += BATCH
    at += BATCH
    if count % 20000 == 0:
        print(f"{count} messages, {(size() - began) // 1048576} MB", file=sys.stderr, flush=True)
cursor.execute("ANALYZE")
connection.commit()
print(count)
