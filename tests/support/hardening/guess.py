"""Signs in with wrong passwords, and says in JSON how often each came to what.

python3 guess.py HOST COUNT SECONDS MODE USER_ID...    MODE: account (one, spelled in every way), forged (with other addresses in headers), accounts (many)
"""
import collections, http.client, json, socket, ssl, sys, threading, time

host, count, seconds, mode, *users = sys.argv[1:]
count, deadline = int(count), time.time() + float(seconds)
context = ssl._create_unverified_context()
answers = collections.Counter()
numbers = iter(range(count))
lock = threading.Lock()


class Connection(http.client.HTTPSConnection):
    def connect(self):
        # By the name that the certificate is for.
        self.sock = context.wrap_socket(socket.create_connection((self.host, 443), timeout=20), server_hostname="localhost")


def spelled(user, number):
    name = user[1:].split(":")[0]
    forms = [
        {"identifier": {"type": "m.id.user", "user": name}},
        {"identifier": {"type": "m.id.user", "user": user}},
        {"user": name},
        {"user": user},
        {"identifier": {"type": "m.id.user", "user": name.upper()}},
        {"identifier": {"type": "m.id.user", "user": "@" + name.capitalize() + user[user.index(":"):]}},
    ]
    return forms[number % len(forms)]


def headers(number):
    forged = "198.51.%d.%d" % (number >> 8 & 255, number & 255)
    kinds = [
        {"X-Forwarded-For": forged},
        {"X-Forwarded-For": forged + ", 127.0.0.1"},
        {"x-forwarded-for": forged, "X-Real-IP": forged},
        {"Forwarded": "for=" + forged, "True-Client-IP": forged},
        {"X-Forwarded-For": forged, "Connection": "X-Forwarded-For"},
        {"X-Forwarded-For": "::ffff:" + forged},
        {"X_Forwarded_For": forged, "X-Client-IP": forged, "X-Originating-IP": forged},
    ]
    return kinds[number % len(kinds)]


def work():
    connection = None
    while time.time() < deadline:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        user = users[number % len(users)]
        who = spelled(user, number) if mode != "accounts" else {"identifier": {"type": "m.id.user", "user": "nobody%d" % number}}
        body = json.dumps({"type": "m.login.password", "password": "wrong%d" % number, **who})
        try:
            connection = connection or Connection(host)
            connection.request("POST", "/_matrix/client/%s/login" % ("v3", "r0")[number % 2], body, headers(number) if mode == "forged" else {})
            answer = connection.getresponse()
            text = answer.read()
            with lock:
                answers[str(answer.status)] += 1
                if answer.status not in (403, 429):
                    print(number, who, answer.status, text[:200], file=sys.stderr)
        except (OSError, http.client.HTTPException) as error:
            connection = None
            with lock:
                answers["no answer"] += 1
                print(number, repr(error), file=sys.stderr)


began = time.time()
threads = [threading.Thread(target=work) for _ in range(48)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"answers": answers, "seconds": time.time() - began}))
