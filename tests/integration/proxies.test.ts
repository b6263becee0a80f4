/** The gateway behind another proxy or load balancer, configured as the output `delegation` says, and its port for plain HTTP. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Delegation } from "../../components/gateway/delegation.ts";
import { imageReference } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "../support/docker.ts";
import { Authority } from "../support/federation/authority.ts";
import { askGateway } from "../support/gateway.ts";
import { base, sharedStack, stackName } from "../support/sharedStack.ts";
import type { StackOutputs } from "../support/stack.ts";
import { webServers } from "../support/webServers/image.ts";

/** Where the proxy in front listens. */
const front = base + 60;
const container = "matrix-synapse-test-proxy";
/** A client's own address, and one that it pretends to have. */
const [client, forged] = ["127.0.0.5", "192.0.2.99"];

describe("behind a proxy", function () {
    this.timeout(180_000);
    let outputs: StackOutputs & { delegation: Delegation };
    let image: string;
    const authority = new Authority();
    const { cert, key } = authority.issue({ names: ["localhost"] });
    const directory = mkdtempSync(join(tmpdir(), "proxy-"));

    before(async () => {
        image = await webServers();
        outputs = (await sharedStack()).outputs as typeof outputs;
        mkdirSync(join(directory, "tls"));
        writeFileSync(join(directory, "tls/both.pem"), cert + key);
        chmodSync(directory, 0o755);
        await docker("rm", "--force", container);
    });
    afterEach(() => docker("rm", "--force", container));
    after(() => {
        authority.remove();
        rmSync(directory, { recursive: true });
    });

    /** In the host's own network, as a proxy that an operator has beside Docker. */
    async function run(reference: string, file: string, text: string, ...command: string[]): Promise<void> {
        writeFileSync(join(directory, file), text);
        const place = ["--name", container, "--network", "host", "--volume", `${directory}:/given:ro`];
        await docker("run", "--detach", ...place, "--entrypoint", command[0] ?? "", reference, ...command.slice(1));
    }

    let asked = 0;
    /** Which address of the client Synapse's log has. */
    async function loggedAddress(ask: (path: string) => Promise<unknown>): Promise<string | undefined> {
        const path = `/_matrix/client/versions?asked=${process.pid}.${asked++}.`;
        await ask(path);
        return eventually(`${path} in the log`, 10_000, async () => {
            const log = ["logs", "--tail", "200", `matrix-synapse-${stackName}-homeserver`];
            const { all = "" } = await execa("docker", log, { all: true });
            const line = all.split("\n").find((one) => one.includes(path) && one.includes("Processed request"));
            assert.ok(line, "it is not there yet");
            return / - ([\d.:a-f]+) - \d+ - \{/.exec(line)?.[1];
        });
    }

    const through =
        (port: number, trusted: string, headers: Record<string, string> = {}, localAddress = client) =>
        async (path: string) => {
            const answer = await askGateway(port, path, trusted, "localhost", { headers, localAddress });
            assert.equal(answer.status, 200, answer.body);
            return answer;
        };

    async function assertProxied(trusted = authority.root): Promise<void> {
        await eventually("the proxy", 15_000, () => through(front, trusted)("/_matrix/client/versions"));
        assert.equal(await loggedAddress(through(front, trusted)), client);
        assert.equal(await loggedAddress(through(front, trusted, { "x-forwarded-for": forged })), client);
        const keys = await through(front, trusted)("/_matrix/key/v2/server");
        assert.equal(JSON.parse(keys.body).server_name, "localhost");
        const file = await through(front, trusted)("/.well-known/matrix/client");
        assert.deepEqual(JSON.parse(file.body), outputs.wellKnown.client);
        const encoded = await askGateway(front, "/_matrix/client/v3/directory/room/%23a%2Fb:localhost", trusted);
        assert.equal(JSON.parse(encoded.body).errcode, "M_NOT_FOUND");
        const refused = await askGateway(front, "/_matrix/client/v3/sync", trusted);
        assert.deepEqual([refused.status, refused.headers["access-control-allow-origin"]], [401, "*"]);
    }

    it("that is nginx, clients have their own address, whatever they claim", async () => {
        const tls = "ssl_certificate /given/tls/both.pem; ssl_certificate_key /given/tls/both.pem;";
        const server = `listen 127.0.0.1:${front} ssl; ${tls}\n${outputs.delegation.proxy.nginx}`;
        await run(
            image,
            "nginx.conf",
            `events {}\nhttp {\nserver {\n${server}}\n}\n`,
            "nginx",
            "-c",
            "/given/nginx.conf",
            "-g",
            "daemon off;",
        );
        await assertProxied();
    });

    it("that is Caddy, clients have their own address, whatever they claim", async () => {
        const site = `tls /given/tls/both.pem /given/tls/both.pem\n${outputs.delegation.proxy.caddy}`;
        const file = `{\nadmin off\nauto_https disable_redirects\nhttp_port ${front + 1}\n}\nhttps://localhost:${front} {\nbind 127.0.0.1\n${site}}\n`;
        await run(imageReference("caddy"), "Caddyfile", file, "caddy", "run", "--config", "/given/Caddyfile", "--adapter", "caddyfile");
        await assertProxied();
    });

    it("that is HAProxy, which leaves TLS to the gateway, clients have their own address by the PROXY protocol", async () => {
        const file = outputs.delegation.proxy.haproxy
            .replace(`bind :${base + 43}`, `bind 127.0.0.1:${front}`)
            .replace(/frontend .*\n.*\n.*bind :.*\n.*\n.*\n/g, "");
        await run(image, "haproxy.cfg", file, "haproxy", "-db", "-f", "/given/haproxy.cfg");
        await assertProxied(outputs.certificateAuthority);
    });

    it("that is trusted, only the last address that is no proxy's counts", async () => {
        const headers = { "x-forwarded-for": `${forged}, 203.0.113.9` };
        assert.equal(await loggedAddress(through(base + 43, outputs.certificateAuthority, headers)), "203.0.113.9");
    });

    it("that is not trusted, no address is taken from a header or the PROXY protocol", async () => {
        const script = `
            import socket, ssl, sys
            s = socket.create_connection(("gateway", 443))
            if sys.argv[2] == "proxy": s.sendall(b"PROXY TCP4 ${forged} 192.0.2.1 1234 443\\r\\n")
            context = ssl._create_unverified_context()
            s = context.wrap_socket(s, server_hostname="localhost")
            s.sendall(f"GET {sys.argv[1]} HTTP/1.1\\r\\nHost: localhost\\r\\nX-Forwarded-For: ${forged}\\r\\nConnection: close\\r\\n\\r\\n".encode())
            assert b" 200 " in s.recv(100)
            print(s.getsockname()[0])
        `.replace(/^ {12}/gm, "");
        const network = `matrix-synapse-${stackName}`;
        for (const how of ["header", "proxy"]) {
            let own = "";
            const logged = await loggedAddress(async (path) => {
                const python = ["--entrypoint", "python3", imageReference("synapse"), "-c", script.trim(), path, how];
                own = await docker("run", "--rm", "--network", network, ...python);
            });
            assert.equal(logged, own, how);
            assert.notEqual(logged, forged);
        }
    });
});

describe("plain HTTP", function () {
    this.timeout(180_000);
    before(() => sharedStack());

    it("is redirected to HTTPS at the gateway's own name, whatever is asked for", async () => {
        const location = (path: string, host: string) =>
            new Promise<(string | number | undefined)[]>((resolve, reject) => {
                const outgoing = request({ host: "127.0.0.1", port: base + 80, path, headers: { host } }, (response) => {
                    response.resume();
                    resolve([response.statusCode, response.headers.location]);
                });
                outgoing.on("error", reject);
                outgoing.end();
            });
        for (const host of ["localhost", `localhost:${base + 80}`, "evil.example"])
            assert.deepEqual(await location("/_matrix/client/versions?a=%23", host), [
                308,
                `https://localhost:${base + 43}/_matrix/client/versions?a=%23`,
            ]);
    });
});
