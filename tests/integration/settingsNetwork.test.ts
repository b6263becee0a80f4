/** Each setting of a stack's addresses and of its ways to other servers does what it says: the same stack as in settings.test.ts. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { request } from "node:https";
import type { Delegation } from "../../components/gateway/delegation.ts";
import { docker } from "../support/docker.ts";
import { askGateway } from "../support/gateway.ts";
import { served } from "../support/served.ts";
import {
    announced,
    base,
    meeting,
    own,
    peerContainer,
    peers,
    proxyUser,
    type SettingsStack,
    settingsStack,
    stackName,
} from "../support/settings/stack.ts";
import { storedState } from "../support/stack.ts";

const nameOf = (role: string) => `matrix-synapse-${stackName}-${role}`;

describe("every setting of a stack's addresses and ways to other servers", function () {
    this.timeout(240_000);
    let up: SettingsStack;
    /** What a person here gets who looks up an alias of another server. */
    const lookUp = (server: string) =>
        fetch(`${up.outputs.clientUrl}/_matrix/client/v3/directory/room/${encodeURIComponent(`#room:${server}`)}`);
    const peerLog = () => docker("logs", peerContainer);

    before(async () => {
        up = await settingsStack();
    });

    it("federation.authorities: reaches servers by certificates of each of them, and no other", async () => {
        for (const server of [peers.first, peers.second]) {
            const answer = await lookUp(server);
            assert.equal(answer.status, 200, `${server}: ${await answer.text()}`);
        }
        assert.equal((await lookUp(peers.untrusted)).status, 502);
    });

    it("federation.allow: reaches no server that it does not name", async () => {
        const answer = await lookUp("peer.settings.test:9451");
        assert.ok([403, 502].includes(answer.status), `${answer.status}`);
        assert.ok(!(await peerLog()).includes("9451"), "the server was asked");
    });

    it("homeserver.proxy: connects through it with its password, and directly where it says so", async () => {
        assert.equal((await lookUp(peers.first)).status, 200);
        assert.equal((await lookUp(peers.direct)).status, 200);
        const lines = (await peerLog()).split("\n");
        assert.ok(lines.includes("proxy peer.settings.test:9448 known"), lines.join("\n"));
        assert.ok(!lines.some((line) => line.startsWith("proxy direct.")), lines.join("\n"));
    });

    it("homeserver.linkPreviews: shows a page's title in the languages asked for, and nothing that only this machine can reach", async () => {
        const preview = (url: string): Promise<Record<string, string>> =>
            up.administrator.doRequest("GET", "/_matrix/client/v1/media/preview_url", { url });
        assert.equal((await preview("http://page.example.org/"))["og:title"], "de, en;q=0.8");
        const inside = ["direct.settings.test:3129", "127.0.0.1:8008", "[::1]:8008", "[::ffff:7f00:1]:8008", "169.254.169.254"];
        for (const place of inside) await assert.rejects(preview(`http://${place}/`), /M_UNKNOWN|M_NOT_FOUND|M_FORBIDDEN/, place);
        assert.doesNotMatch(await peerLog(), /peer 3129|proxy http:\/\/(?!page)/);
    });

    it("homeserver.proxy.password: is in no environment, command line, inspection or state in the clear", async () => {
        const environment = await docker("exec", nameOf("homeserver"), "sh", "-c", "cat /proc/1/environ /proc/1/cmdline | tr '\\0' '\\n'");
        const places = { environment, inspection: await docker("inspect", nameOf("homeserver")), state: await storedState(stackName) };
        for (const [place, text] of Object.entries(places)) assert.ok(!text.includes(proxyUser.password), place);
    });

    it("federation.network: has the gateway in it, and the homeserver without its plain port", async () => {
        const format = `{{(index .NetworkSettings.Networks "${meeting.network}").IPAddress}}`;
        const address = await docker("inspect", "--format", format, nameOf("homeserver"));
        assert.match(address, /^10\.231\.9\./);
        const connected = (host: string, port: number) =>
            docker(
                "exec",
                peerContainer,
                "python",
                "-c",
                `import socket; socket.create_connection(("${host}", ${port}), 5); print("connected")`,
            );
        assert.equal(await connected("matrix.settings.test", announced.federationPort), "connected");
        await assert.rejects(connected(address, 8008), /ConnectionRefusedError/);
    });

    it("network: has these ranges and this packet size", async () => {
        const [network] = JSON.parse(await docker("network", "inspect", `0-matrix-synapse-${stackName}`));
        assert.deepEqual(
            network.IPAM.Config.map(({ Subnet }: { Subnet: string }) => Subnet),
            [own.subnet, own.ipv6],
        );
        assert.equal(await docker("exec", nameOf("database"), "cat", "/sys/class/net/eth0/mtu"), `${own.mtu}`);
        assert.match(await docker("exec", nameOf("database"), "cat", "/proc/net/if_inet6"), /^fd0002310008/m);
    });

    for (const host of ["127.0.0.1", "::1"])
        it(`gateway.bind and turn.bind: serve at ${host}`, async () => {
            for (const port of [base + 43, base + 48]) {
                const options = {
                    host,
                    port,
                    path: "/_matrix/client/versions",
                    servername: "matrix.settings.test",
                    ca: up.outputs.certificateAuthority,
                };
                const asked = request(options).end();
                const [response] = await once(asked, "response");
                assert.equal(response.statusCode, 200, `${port}`);
                response.resume();
            }
            const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
            try {
                // A STUN binding request. Source: RFC 8489, section 5
                socket.send(Buffer.from("000100002112a442000102030405060708090a0b", "hex"), base + 78, host);
                const [answer] = await once(socket, "message", { signal: AbortSignal.timeout(5000) });
                assert.equal(answer.readUInt16BE(0), 0x0101);
            } finally {
                socket.close();
            }
        });

    it("gateway.announced and gateway.httpPort: others are sent to the announced ports", async () => {
        const answer = await fetch(`http://127.0.0.1:${base + 80}/_matrix/client/versions`, { redirect: "manual" });
        const to = `https://matrix.settings.test:${announced.httpsPort}/_matrix/client/versions`;
        assert.deepEqual([answer.status, answer.headers.get("location")], [308, to]);
        const record = `_matrix-fed._tcp.settings.test. 3600 IN SRV 10 0 ${announced.federationPort} matrix.settings.test.`;
        const { delegation } = up.outputs as typeof up.outputs & { delegation: Delegation };
        assert.deepEqual(delegation.dns, [record]);
    });

    it("of the gateway: its host and authority are in the certificate, its contacts in the well-known file", async () => {
        const { names, untrusted } = await served(base + 43, "matrix.settings.test", up.outputs.certificateAuthority);
        for (const name of ["matrix.settings.test", "turn.settings.test"]) assert.ok(names.includes(name), `${name}: ${names}`);
        assert.equal(untrusted, undefined);
        for (const uri of up.outputs.turnUris) assert.match(uri, /^turns?:turn\.settings\.test:/);
        assert.equal(up.outputs.certificateAuthority, up.settings.gateway?.authority?.certificate);
        const { body } = await askGateway(
            base + 43,
            "/.well-known/matrix/support",
            up.outputs.certificateAuthority,
            "matrix.settings.test",
        );
        assert.deepEqual(JSON.parse(body), {
            contacts: [{ role: "m.role.security", matrix_id: "@chief:settings.test", email_address: "chief@settings.test" }],
            support_page: "https://settings.test/help",
        });
        // By an SRV record, not by a file.
        const file = await askGateway(base + 43, "/.well-known/matrix/server", up.outputs.certificateAuthority, "matrix.settings.test");
        assert.equal(file.status, 404);
    });

    it("an invitation that another server's limit refuses ends in 502, as docs/federation.md says", async () => {
        const room = await up.administrator.createRoom({ preset: "private_chat" });
        await assert.rejects(up.administrator.inviteUser(`@bob:${peers.direct}`, room), /502|Can't connect/);
        assert.match(await peerLog(), /peer 9448 \S+ PUT \/_matrix\/federation\/v2\/invite\//);
    });
});
