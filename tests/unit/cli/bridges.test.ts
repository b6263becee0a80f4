/** What the command line tells of bridges. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { lastOf } from "../../../scripts/checks/bridges/lastMessages.ts";
import { networksInMetrics } from "../../../scripts/checks/bridges/networks.ts";
import { type BridgeReport, bridgeHealth } from "../../../scripts/checks/bridges/ofStack.ts";
import { ping } from "../../../scripts/checks/bridges/ping.ts";
import { listBridges } from "../../../scripts/cli/content/directory.ts";
import { asText } from "../../../scripts/cli/status/asText.ts";

const registration = {
    id: "bridge-irc",
    as_token: "hush",
    sender_localpart: "ircbot",
    namespaces: { users: [{ regex: "@irc_.*:example\\.org" }] },
};
const report = (more: Partial<BridgeReport> = {}): BridgeReport => ({
    pingMilliseconds: 7,
    receivedSeconds: 3,
    sentSeconds: null,
    ...more,
});

describe("the last messages of a bridge", () => {
    it("are the latest of the platform's people and of others, its own notices left out", () => {
        const events = [
            { sender: "@irc_libera_bob:example.org", origin_server_ts: 1 },
            { sender: "@irc_libera_ann:example.org", origin_server_ts: 5 },
            { sender: "@alice:example.org", origin_server_ts: 4 },
            { sender: "@ircbot:example.org", origin_server_ts: 9 },
        ];
        assert.deepEqual(lastOf(events, registration), { received: 5, sent: 4 });
    });

    it("are unknown where there is none", () => assert.deepEqual(lastOf([], registration), {}));

    it("count a name that merely resembles the namespace as somebody else's", () => {
        assert.deepEqual(lastOf([{ sender: "@irc_bob:exampleXorg", origin_server_ts: 2 }], registration), { sent: 2 });
    });
});

describe("the networks of the bridge to IRC", () => {
    it("are in its metrics, connected or not", () => {
        const metrics =
            'bridge_messages_waiting{direction="to_irc"} 0\nbridge_network_connected{network="libera"} 1\nbridge_network_connected{network="oftc"} 0\n';
        assert.deepEqual(networksInMetrics(metrics), { libera: "connected", oftc: "not connected" });
    });
});

describe("the homeserver's ping of a bridge", () => {
    let server: Server;
    let asked: { path?: string; authorization?: string }[] = [];
    const answering = async (status: number, body: object) => {
        asked = [];
        server = createServer((request, response) => {
            asked.push({ path: request.url, authorization: request.headers.authorization });
            response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    it("is made by the bridge's token, for its registration", async () => {
        const url = await answering(200, { duration_ms: 12 });
        assert.deepEqual(await ping(url, registration, 2000), { milliseconds: 12 });
        assert.deepEqual(asked, [{ path: "/_matrix/client/v1/appservice/bridge-irc/ping", authorization: "Bearer hush" }]);
    });

    for (const [errcode, fault] of [
        ["M_CONNECTION_FAILED", /cannot connect/],
        ["M_CONNECTION_TIMEOUT", /does not answer/],
        ["M_BAD_STATUS", /status 403.*make up/],
        ["M_FORBIDDEN", /does not know its token.*make up/],
        ["M_UNHEARD_OF", /M_UNHEARD_OF strange/],
    ] as const)
        it(`says in words what ${errcode} means`, async () => {
            const url = await answering(502, { errcode, error: "strange", status: 403 });
            const answer = await ping(url, registration, 2000);
            assert.match("fault" in answer ? answer.fault : "", fault);
        });
});

describe("a bridge's health", () => {
    it("is Docker's word while it is reached and connected", () => {
        assert.equal(bridgeHealth(report({ networks: { libera: "connected" } })), undefined);
    });
    it("is not reachable where the homeserver does not reach it", () =>
        assert.equal(bridgeHealth(report({ fault: "x" })), "not reachable"));
    it("is not connected where one of its networks is away", () => {
        assert.equal(bridgeHealth(report({ networks: { libera: "connected", oftc: "Connection refused" } })), "not connected");
    });
    it("is told in one line", () => {
        const component = "bridge-irc";
        const row = {
            component,
            state: "running",
            health: "healthy",
            version: null,
            endpoints: [],
            bridge: report({ networks: { libera: "connected" } }),
        };
        const text = asText({ stack: "dev", state: "healthy", components: [row] });
        assert.match(text, /\nbridge-irc: answered the homeserver in 7 ms; libera: connected; last message received 3 s ago$/);
    });
});

describe("the list of bridges", () => {
    it("has those that are declared, by platform, with their accounts", () => {
        assert.deepEqual(listBridges({ name: "example.org", settings: { bridges: { irc: {} } } }), [
            { type: "bridge", name: "irc", id: "@ircbot:example.org", title: "IRC", declared: true },
        ]);
        assert.deepEqual(listBridges({ name: "example.org", settings: {} }), []);
    });
});
