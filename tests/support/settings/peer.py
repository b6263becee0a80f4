"""Other servers, and a proxy, for one stack: what is behind names that only the test knows.

Answers any path with JSON over TLS, by the certificates /given/PORT.pem, at each of those ports; and CONNECT and GET at 3128, to
whoever gives the user and password of /given/proxy; and anybody over HTTP at 3129. Each request is a line of the log.
"""
import base64, http.server, json, pathlib, select, socket, ssl, sys, threading

given = pathlib.Path("/given")
wanted = "Basic " + base64.b64encode((given / "proxy").read_bytes().strip()).decode()


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        invited = "/invite/" in self.path
        body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"} if invited else {"room_id": "!found:peer", "servers": ["peer"]}
        text = json.dumps(body).encode()
        self.send_response(429 if invited else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_POST = answer

    def log_message(self, form, *values):
        print("peer", self.server.server_port, self.client_address[0], self.command, self.path, flush=True)


class Proxy(http.server.BaseHTTPRequestHandler):
    def known(self):
        known = self.headers.get("proxy-authorization") == wanted
        print("proxy", self.path, "known" if known else "unknown", flush=True)
        if not known:
            self.send_error(407)
        return known

    def do_GET(self):
        """A page, for a preview of a link to it; its title is the languages that were asked for."""
        if not self.known():
            return
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(f"<title>{', '.join(self.headers.get_all('accept-language'))}</title>".encode())

    def do_CONNECT(self):
        if not self.known():
            return
        host, port = self.path.rsplit(":", 1)
        other = socket.create_connection((host, int(port)))
        self.send_response(200)
        self.end_headers()
        pair = {self.connection: other, other: self.connection}
        while True:
            for ready in select.select(list(pair), [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                pair[ready].sendall(data)

    def log_message(self, form, *values):
        pass


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()


for certificate in given.glob("*.pem"):
    server = http.server.ThreadingHTTPServer(("0.0.0.0", int(certificate.stem)), Peer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serve(server)
serve(http.server.ThreadingHTTPServer(("0.0.0.0", 3128), Proxy))
# What application services are sent.
serve(http.server.ThreadingHTTPServer(("0.0.0.0", 3129), Peer))
print("ready", flush=True)
threading.Event().wait()
