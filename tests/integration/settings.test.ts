/** Each setting of a stack's parts does what it says: one stack in which almost all settings differ from their defaults. */
import assert from "node:assert/strict";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import { containers, docker, eventually, type Inspected } from "../support/docker.ts";
import { asSynapseReads, base, peers, proxyUser, type SettingsStack, settingsStack, stackName } from "../support/settings/stack.ts";

const nameOf = (role: string) => `matrix-synapse-${stackName}-${role}`;

describe("every setting of a stack's parts", function () {
    this.timeout(240_000);
    let up: SettingsStack;
    let administrator: MatrixClient;
    const changes = async () => Object.keys((await up.stack.preview()).changeSummary);
    const inspected = async (role: string): Promise<Inspected> => (await containers(stackName))[role] ?? assert.fail(`there is no ${role}`);
    const as = async (user: string) => {
        const { clientUrl } = up.outputs;
        return new MatrixClient(clientUrl, await signIn(clientUrl, `@${user}:settings.test`, `the password of ${user}`, "TESTS"));
    };

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
        await assert.rejects(named("alice"), /Not allowed to create alias/);
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
