/** Each setting of a stack's parts does what it says: one stack in which almost all of them differ from their defaults. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { request } from "node:https";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import { containers, docker, eventually, type Inspected } from "../support/docker.ts";
import { askGateway } from "../support/gateway.ts";
import { served } from "../support/served.ts";
import {
    asSynapseReads,
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

describe("every setting of a stack's parts", function () {
    this.timeout(240_000);
    let up: SettingsStack;
    let administrator: MatrixClient;
    const changes = async () => Object.keys((await up.stack.preview()).changeSummary);
    const inspected = async (role: string): Promise<Inspected> => (await containers(stackName))[role] ?? assert.fail(`there is no ${role}`);
    /** What a person here gets who looks up an alias of another server. */
    const lookUp = (server: string) =>
        fetch(`${up.outputs.clientUrl}/_matrix/client/v3/directory/room/${encodeURIComponent(`#room:${server}`)}`);
    const as = async (user: string) => {
        const { clientUrl } = up.outputs;
        return new MatrixClient(clientUrl, await signIn(clientUrl, `@${user}:settings.test`, `the password of ${user}`, "TESTS"));
    };
    const peerLog = () => docker("logs", peerContainer);

    before(async () => {
        up = await settingsStack();
        administrator = up.administrator;
    });

    it("leaves nothing to change, nor after a refresh", async () => {
        assert.deepEqual(await changes(), ["same"]);
        await up.stack.refresh();
        assert.deepEqual(await changes(), ["same"]);
    });

    it("of the homeserver is in its configuration, as Synapse itself reads it", async () => {
        const { limits, ...read } = await asSynapseReads();
        assert.deepEqual(read, {
            server_name: "settings.test",
            public_baseurl: `http://localhost:${base + 8}/`,
            max_upload_size: 3 * 1024 ** 2,
            minimum_length: 13,
            bcrypt_rounds: 5,
            enable_registration: false,
            encrypted_presets: [],
            rc_federation: { window_size: 1001, sleep_limit: 12, sleep_delay: 501, reject_limit: 51, concurrent: 4 },
            receipts: 52,
            proxy: [
                ...Array(2).fill(`http://${proxyUser.user}:${proxyUser.password}@proxy.settings.test:3128`),
                ["direct.settings.test", "proxy.settings.test"],
            ],
            federation_domain_whitelist: Object.values(peers).sort(),
            allow_public_rooms_over_federation: true,
            trusted_key_servers: [peers.direct],
            turn_uris: up.outputs.turnUris,
            database: "chat",
        });
        assert.deepEqual(Object.fromEntries(Object.entries(limits as object).filter(([name]) => name in expectedLimits)), expectedLimits);
    });

    it("homeserver.limits: the third wrong password in a row has to wait", async () => {
        const attempt = async () => {
            const body = { type: "m.login.password", identifier: { type: "m.id.user", user: "nobody" }, password: "a wrong one" };
            const answer = await fetch(`${up.outputs.clientUrl}/_matrix/client/v3/login`, { method: "POST", body: JSON.stringify(body) });
            return [answer.status, ((await answer.json()) as { errcode: string }).errcode];
        };
        const answers = [await attempt(), await attempt(), await attempt()];
        assert.deepEqual(answers, [
            [403, "M_FORBIDDEN"],
            [403, "M_FORBIDDEN"],
            [429, "M_LIMIT_EXCEEDED"],
        ]);
    });

    it("homeserver.logLevel: the log has nothing that is less severe", async () => {
        const { stdout, stderr } = await execa("docker", ["logs", nameOf("homeserver")]);
        assert.doesNotMatch(stdout + stderr, / - (DEBUG|INFO) - /);
    });

    it("homeserver.roomDirectory.aliasCreators: names a room, and nobody else does", async () => {
        const named = async (user: string) => (await as(user)).createRoom({ room_alias_name: `room-of-${user}` });
        assert.match(await named("other"), /^!/);
        await assert.rejects(named("alice"), /M_FORBIDDEN/);
    });

    it("homeserver.serverNotices: a notice comes from this account, in this room, which people are in at once", async () => {
        const notice = { user_id: "@alice:settings.test", content: { msgtype: "m.text", body: "Maintenance tonight" } };
        await administrator.doRequest("POST", "/_synapse/admin/v1/send_server_notice", {}, notice);
        const alice = await as("alice");
        const rooms = await alice.getJoinedRooms();
        const names = await Promise.all(rooms.map((room) => alice.getRoomStateEvent(room, "m.room.name", "").catch(() => ({}))));
        const room = rooms[names.findIndex(({ name }) => name === "News")] ?? assert.fail(`${JSON.stringify(names)} has no News`);
        assert.equal((await alice.getRoomStateEvent(room, "m.room.topic", "")).topic, "From us");
        assert.equal((await alice.getRoomStateEvent(room, "m.room.member", "@office:settings.test")).displayname, "The office");
    });

    it("homeserver.userDirectory: shared finds nobody with whom no room is shared", async () => {
        const found = async (client: MatrixClient) => {
            const answer = await client.doRequest("POST", "/_matrix/client/v3/user_directory/search", {}, { search_term: "alice" });
            return answer.results.map(({ user_id }: { user_id: string }) => user_id);
        };
        // A young server fills its directory in the background.
        await eventually("a directory with people in it", 60_000, async () =>
            assert.deepEqual(await found(administrator), ["@alice:settings.test"]),
        );
        assert.deepEqual(await found(await as("other")), []);
    });

    it("homeserver.media.maxUpload: takes 3 MB, and nothing larger", async () => {
        await administrator.uploadContent(Buffer.alloc(3 * 1024 ** 2 - 1));
        await assert.rejects(administrator.uploadContent(Buffer.alloc(3 * 1024 ** 2 + 1)), /M_TOO_LARGE/);
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
        assert.equal(await connected("matrix.settings.test", 8448), "connected");
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

    it("of the containers: their memory, published ports and images", async () => {
        assert.equal((await inspected("homeserver")).HostConfig.Memory, 600 * 1024 ** 2);
        assert.equal((await inspected("database")).HostConfig.Memory, 300 * 1024 ** 2);
        const published = async (role: string) =>
            Object.entries((await inspected(role)).HostConfig.PortBindings).flatMap(([port, to]) =>
                to.map(({ HostPort }) => `${HostPort}${port.replace(/^\d+/, "")}`),
            );
        assert.deepEqual(await published("homeserver"), [`${base + 8}/tcp`]);
        assert.deepEqual(await published("database"), [`${base + 32}/tcp`]);
        const relays = [90, 91, 92, 93, 94].map((offset) => `${base + offset}/udp`);
        assert.deepEqual(
            new Set(await published("relay")),
            new Set([`${base + 78}/udp`, `${base + 78}/tcp`, `${base + 79}/tcp`, ...relays]),
        );
        for (const [role, image] of [
            ["homeserver", "synapse"],
            ["database", "postgres"],
            ["relay", "coturn"],
            ["gateway", "caddy"],
        ] as const)
            assert.equal(
                await docker("inspect", "--format", "{{.Image}}", nameOf(role)),
                await docker("image", "inspect", "--format", "{{.Id}}", up.settings.images?.[image] ?? ""),
                role,
            );
    });

    it("database.name: is the database and the role that owns it", async () => {
        const { password, username } = new URL(up.outputs.databaseUrl);
        const command = ["exec", "--env", `PGPASSWORD=${decodeURIComponent(password)}`, nameOf("database"), "psql", "-h", "127.0.0.1"];
        const owner = "select pg_get_userbyid(datdba) from pg_database where datname = current_database()";
        assert.equal(await docker(...command, "-U", username, "-d", "chat", "-Atc", owner), "chat");
    });

    it("administrator: is the account that the program acts as", () => assert.equal(up.outputs.adminUserId, "@chief:settings.test"));

    it("an invitation that another server's limit refuses ends in 502, as docs/federation.md says", async () => {
        const room = await administrator.createRoom({ preset: "private_chat" });
        await assert.rejects(administrator.inviteUser(`@bob:${peers.direct}`, room), /502|Can't connect/);
        assert.match(await peerLog(), /peer 9448 \S+ PUT \/_matrix\/federation\/v2\/invite\//);
    });
});

/** By Synapse's own names. */
const expectedLimits = {
    rc_message: [11, 21],
    rc_admin_redaction: [12, 22],
    rc_login_address: [13, 23],
    rc_login_account: [14, 24],
    rc_login_failed_attempts: [0.001, 2],
    rc_registration: [15, 25],
    rc_joins_local: [16, 26],
    rc_joins_remote: [17, 27],
    rc_joins_per_room: [18, 28],
    rc_invites_per_room: [19, 29],
    rc_invites_per_user: [20, 30],
    rc_invites_per_issuer: [21, 31],
    rc_room_creation: [22, 32],
};
