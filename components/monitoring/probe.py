"""Serves what no part tells of itself: whether the gateway and the relay answer, the certificate's dates, and the age of the backups.

    python3 probe.py PORT GATEWAY HOST [--relay ADDRESS] [--spool DIRECTORY]

GATEWAY and ADDRESS are name:port in the stack's network, HOST the name that clients ask the gateway for. DIRECTORY has the moments up
to which backups were stored and verified. Each scrape asks anew.
"""

import argparse
import datetime
import os
import signal
import socket
import ssl
import sys
import threading
import time

from cryptography import x509
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily

TIMEOUT_SECONDS = 3
EPOCH = datetime.datetime(1970, 1, 1)
# Source: RFC 5389, section 6
STUN_BINDING_REQUEST = bytes.fromhex("000100002112a442")
STUN_BINDING_ANSWER = bytes.fromhex("0101")


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def ask_gateway(gateway, host):
    """Returns whether the client API answers, and the certificate."""
    # What is wrong with the certificate is not the question here, and it must be seen when it has expired.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(gateway, TIMEOUT_SECONDS) as plain, context.wrap_socket(plain, server_hostname=host) as tls:
        certificate = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))
        request = f"GET /_matrix/client/versions HTTP/1.1\r\nHost: {host}\r\nUser-Agent: probe\r\nConnection: close\r\n\r\n"
        try:
            tls.sendall(request.encode())
            return b" 200 " in tls.recv(64), certificate
        except OSError:
            return False, certificate


def ask_relay(relay):
    family, kind, protocol, _, place = socket.getaddrinfo(*relay, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as udp:
        udp.settimeout(TIMEOUT_SECONDS)
        udp.sendto(STUN_BINDING_REQUEST + os.urandom(12), place)
        return udp.recv(1500).startswith(STUN_BINDING_ANSWER)


def moment(spool, name):
    try:
        with open(os.path.join(spool, name), encoding="ascii") as file:
            return float(file.read())
    except (OSError, ValueError):
        return None


class Collector:
    def __init__(self, args):
        self.args = args
        self.started = time.time()

    def collect(self):
        success = GaugeMetricFamily("matrix_probe_success", "Whether it answers.", labels=["target"])
        duration = GaugeMetricFamily("matrix_probe_duration_seconds", "Time that the answer took.", labels=["target"])

        def probe(target, ask):
            began = time.monotonic()
            try:
                answers, found = ask()
            except OSError:
                answers, found = False, None
            success.add_metric([target], float(answers))
            duration.add_metric([target], time.monotonic() - began)
            return found

        certificate = probe("client API", lambda: ask_gateway(address(self.args.gateway), self.args.host))
        if self.args.relay:
            probe("relay", lambda: (ask_relay(address(self.args.relay)), None))
        yield success
        yield duration
        if certificate is not None:
            # Newer versions of the library warn of the old names.
            for metric, field in (("not_before", "not_valid_before"), ("not_after", "not_valid_after")):
                date = getattr(certificate, field + "_utc", None) or getattr(certificate, field)
                seconds = (date.replace(tzinfo=None) - EPOCH).total_seconds()
                yield GaugeMetricFamily(f"matrix_certificate_{metric}_seconds", "Date in the gateway's certificate, since 1970.", value=seconds)
        if self.args.spool:
            # Before the first backup, the time counts since somebody has been looking.
            stored = moment(self.args.spool, "stored") or self.started
            yield GaugeMetricFamily("matrix_backup_stored_timestamp_seconds", "Everything up to then is in the repository.", value=stored)
            verified = moment(self.args.spool, "verified")
            if verified is not None:
                yield GaugeMetricFamily("matrix_backup_verified_timestamp_seconds", "When a backup was last verified.", value=verified)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("gateway")
    parser.add_argument("host")
    parser.add_argument("--relay")
    parser.add_argument("--spool")
    registry = CollectorRegistry()
    args = parser.parse_args()
    registry.register(Collector(args))
    start_http_server(args.port, registry=registry)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
