"""What has yet to be handed over, room by room, and how far that was done, on disk."""

import collections
import json
import os
import threading
import time

# A batch of the homeserver is taken only while fewer wait: what waits is in the homeserver anyway.
WAITING_AT_MOST = 500
SIGNING_IN_SECONDS = 3.2


class Queue:
    """Events by room, each handed over once it is its room's turn, and forgotten once it is done."""

    def __init__(self, path, paces):
        """paces: room ID -> [seconds between messages in the long run, messages at once], for rooms that must not be fast."""
        self.path = path
        self.paces = paces
        self.changed = threading.Condition(threading.RLock())
        self.waiting = collections.OrderedDict()  # room ID -> events
        self.handed = {}  # number -> event
        self.number = 0
        self.allowance = {}  # room ID -> (messages that may go at once, when that was so)
        self.batches = collections.deque()  # [token after it, IDs that are not done]
        self.started = False  # whether the bridge takes events
        self.taking = None  # its last start that did: it goes on where the courier alone starts anew
        self.since = None  # everything before it is done
        self.done = set()  # IDs after it that are
        try:
            with open(path, encoding="utf-8") as file:
                kept = json.load(file)
            self.since, self.done, self.taking = kept["since"], set(kept["done"]), kept["taking"]
        except FileNotFoundError:
            pass

    def start_at(self, token):
        """The first time: what was before is history, and not passed on."""
        with self.changed:
            self.since = token
            self._keep()

    def put(self, token, events):
        """A batch of the homeserver: the token after it, and what is in it for the bridge. Waits while too much waits already."""
        with self.changed:
            fresh = [event for event in events if event["event_id"] not in self.done]
            self.batches.append([token, {event["event_id"] for event in fresh}])
            for event in fresh:
                self.waiting.setdefault(event["room_id"], collections.deque()).append(event)
            self._settle()
            self.changed.notify_all()
            while self._count() >= WAITING_AT_MOST:
                self.changed.wait()

    def take(self, seconds):
        """The next event with its number, or None if none may go within these seconds."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while True:
                now = time.monotonic()
                soonest = deadline
                for room, events in self.waiting.items() if self.started else ():
                    ready = self._ready(room, now)
                    if ready > now:
                        soonest = min(soonest, ready)
                        continue
                    event = events.popleft()
                    del self.waiting[room]
                    if events:
                        # The others first, then this room again.
                        self.waiting[room] = events
                    self.number += 1
                    self.handed[self.number] = event
                    self.changed.notify_all()
                    return self.number, event
                if now >= deadline:
                    return None
                self.changed.wait(soonest - now)

    def finish(self, number):
        """Those up to this number are done."""
        with self.changed:
            finished = [key for key in self.handed if key <= number]
            if not finished:
                return
            for key in finished:
                event_id = self.handed.pop(key)["event_id"]
                self.done.add(event_id)
                for _, left in self.batches:
                    left.discard(event_id)
            self._settle()

    def finish_before(self, event_id):
        """Those that were handed over before this event are done."""
        with self.changed:
            for number, event in self.handed.items():
                if event["event_id"] == event_id:
                    return self.finish(number - 1)
        return None

    def begin(self, run):
        """A bridge that starts anew has not passed on what its predecessor was given last, and is in no room yet."""
        with self.changed:
            self.started = run == self.taking
            self.give_back()

    def start(self, run):
        """The bridge is in its rooms, and on the other side."""
        with self.changed:
            self.started, self.taking = True, run
            # What it said to sign in counts as well, such as the two commands of SSH-chat.
            for room, (seconds, _) in self.paces.items():
                self.allowance[room] = (1 - SIGNING_IN_SECONDS / seconds, time.monotonic())
            self._keep()
            self.changed.notify_all()

    def give_back(self, *numbers):
        """What was handed over under these numbers (none given: at all) and is not finished waits again, before the others."""
        with self.changed:
            for number in sorted(numbers or self.handed, reverse=True):
                if number not in self.handed:
                    continue
                event = self.handed.pop(number)
                self.waiting.setdefault(event["room_id"], collections.deque()).appendleft(event)
            self.changed.notify_all()

    def _ready(self, room, now):
        """When the room's next message may go. If that is now, it is counted."""
        if room not in self.paces:
            return now
        seconds, burst = self.paces[room]
        tokens, at = self.allowance.get(room, (burst, now))
        tokens = min(burst, tokens + (now - at) / seconds)
        if tokens < 1:
            self.allowance[room] = (tokens, now)
            return now + (1 - tokens) * seconds
        self.allowance[room] = (tokens - 1, now)
        return now

    def _count(self):
        return sum(len(events) for events in self.waiting.values()) + len(self.handed)

    def _settle(self):
        while self.batches and not self.batches[0][1]:
            self.since = self.batches.popleft()[0]
        if not self.batches:
            self.done.clear()
        self._keep()

    def _keep(self):
        # Whole or not at all, also if it is killed meanwhile.
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump({"since": self.since, "done": sorted(self.done), "taking": self.taking}, file)
        os.replace(self.path + ".new", self.path)
