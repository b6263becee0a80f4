/** The bridge to WhatsApp on a real server. WhatsApp itself is no part of it: where it is not reached, what is seen is the bridge's word for that. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { parse } from "yaml";
import { signInFreshDevice } from "../../bots/freshDevice.ts";
import { root } from "../../scripts/project/checkout.ts";
import { commandLine } from "../support/commandLine.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { received, say, startBot } from "../support/encryptedTalk.ts";
import type { Line, LineProcess } from "../support/lineProcess.ts";
import {
    configure,
    destroyStack,
    openStack,
    plain,
    pulumiEnvironment,
    type StackOutputs,
    smallStack,
    storedState,
} from "../support/stack.ts";
import { wireEvents } from "../support/wireMessages.ts";

const stackName = "test-bridge-whatsapp";
const container = `matrix-synapse-${stackName}-bridge-whatsapp`;
const bot = "@whatsappbot:localhost";
const keys: { keys: string[] } = JSON.parse(readFileSync(join(root, "tests/unit/bridges/mautrix/keys/whatsapp.json"), "utf8"));

describe("The bridge to WhatsApp", function () {
    this.timeout(120_000);
    const directory = mkdtempSync(join(tmpdir(), "matrix-whatsapp-"));
    let outputs: StackOutputs;
    let client: MatrixClient;
    let alice: LineProcess;
    let chat: string;
    let config: Record<string, Record<string, string>>;

    before(async function () {
        this.timeout(300_000);
        await destroyStack(stackName);
        configure(
            stackName,
            smallStack(27_400, {
                turn: { enabled: false },
                users: { alice: {}, bob: {} },
                bots: {},
                rooms: {},
                bridges: { whatsapp: { users: ["alice"], doublePuppeting: true, onRemoval: "drop" } },
            }),
        );
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        config = parse(await docker("exec", container, "cat", "/run/secrets/bridge.yaml"));
        const { userId = "", password = "" } = outputs.users.alice ?? {};
        const token = await signInFreshDevice(outputs.clientUrl, userId, password);
        client = new MatrixClient(outputs.clientUrl, token);
        alice = await startBot({ homeserverUrl: outputs.clientUrl, accessToken: token, store: join(directory, "alice.store") });
    });

    after(async function () {
        this.timeout(120_000);
        await alice?.kill();
        rmSync(directory, { recursive: true, force: true });
        await destroyStack(stackName);
    });

    /** What the bot says after `body`. */
    async function answerTo(body: string, fits: RegExp): Promise<Line> {
        const before = alice.lines.length;
        await say(alice, chat, body);
        const isAnswer = (line: Line) => line.event === "message" && line.sender === bot && alice.lines.indexOf(line) >= before;
        return alice.heard(`an answer to "${body}" like ${fits}`, (line) => isAnswer(line) && fits.test(String(line.body)), 60_000);
    }

    const sessionsOf = async (sender: string) =>
        new Set(
            (await wireEvents(client, chat)).filter((event) => event.sender === sender).flatMap(({ content }) => content.session_id ?? []),
        );

    it("is registered, and its account has one device, which it vouches for", async () => {
        const { device_keys, master_keys } = await client.doRequest("POST", "/_matrix/client/v3/keys/query", null, {
            device_keys: { [bot]: [] },
        });
        const [device, ...others] = Object.values(device_keys[bot] ?? {}) as { signatures?: Record<string, object> }[];
        assert.equal(others.length, 0);
        assert.equal(Object.keys(device?.signatures?.[bot] ?? {}).length, 2, "the device is signed by itself alone");
        assert.ok(master_keys[bot], "the account has no cross-signing key");
    });

    it("answers help in an encrypted chat, and the server has no word of it", async () => {
        const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
        chat = await client.createRoom({ preset: "trusted_private_chat", is_direct: true, invite: [bot], initial_state: [encryption] });
        await eventually("the bot joins", 30_000, async () => {
            const members = await client.getJoinedRoomMembers(chat);
            assert.ok(members.includes(bot), "it is no member yet");
        });
        const { eventId } = await answerTo("help", /\*\*login\*\*/);
        assert.equal((await received(alice, eventId as string)).sender, bot);
        const events = (await wireEvents(client, chat)).filter(
            ({ type }) => type.startsWith("m.room.message") || type === "m.room.encrypted",
        );
        assert.deepEqual([...new Set(events.map(({ type }) => type))], ["m.room.encrypted"]);
        assert.ok(
            events.some(({ sender }) => sender === bot),
            "the bot said nothing",
        );
    });

    it("answers login qr with a code, or with the fault where WhatsApp is not reached", async () => {
        const { body } = await answerTo("login qr", /Scan|Failed to start login/);
        if (!/Scan/.test(String(body))) assert.match(String(body), /web\.whatsapp\.com/);
    });

    it("goes on in its session after kill -9, and answers what was written meanwhile", async () => {
        const before = { alice: await sessionsOf("@alice:localhost"), bot: await sessionsOf(bot) };
        await docker("kill", "--signal", "KILL", container);
        const heard = alice.lines.length;
        await say(alice, chat, "version");
        await docker("start", container);
        const isAnswer = (line: Line) => line.event === "message" && line.sender === bot && alice.lines.indexOf(line) >= heard;
        const { body } = await alice.heard("an answer to what was written while the bridge was down", isAnswer, 90_000);
        assert.match(String(body), /mautrix-whatsapp/);
        await answerTo("help", /\*\*login\*\*/);
        assert.deepEqual({ alice: await sessionsOf("@alice:localhost"), bot: await sessionsOf(bot) }, before);
        assert.deepEqual(
            alice.lines.filter(({ event }) => event === "undecryptable"),
            [],
        );
    });

    it("may act as the users who are named, and as nobody else", async () => {
        const { localhost = "" } = (config.double_puppet?.secrets ?? {}) as unknown as Record<string, string>;
        const token = localhost.replace("as_token:", "");
        assert.ok(token.length >= 48, "there is no token");
        const whoami = (userId: string) =>
            new MatrixClient(outputs.clientUrl, token).doRequest("GET", "/_matrix/client/v3/account/whoami", { user_id: userId });
        assert.equal((await whoami("@alice:localhost")).user_id, "@alice:localhost");
        for (const other of ["@bob:localhost", outputs.adminUserId, "@alice2:localhost"])
            await assert.rejects(whoami(other), /M_FORBIDDEN|M_UNKNOWN_TOKEN/);
    });

    it("knows the keys of its configuration that the tests compare with", async () => {
        const example = parse(await docker("exec", container, "/usr/bin/mautrix-whatsapp", "-e", "-c", "-"));
        const leaves = (value: unknown, at = ""): string[] =>
            keys.keys.includes(at) || typeof value !== "object" || value === null || Array.isArray(value)
                ? [at]
                : Object.entries(value).flatMap(([key, inner]) => leaves(inner, at === "" ? key : `${at}.${key}`));
        assert.deepEqual(leaves(example).sort(), keys.keys);
    });

    it("is signed in to by the command line, which says in one line why it cannot", async () => {
        const login = (...options: string[]) =>
            commandLine(["content", "execute", "--stack", stackName, "--name", "bridge-login", "--options", ...options]);
        const lastOf = ({ stderr }: { stderr: string }) => stderr.trim().split("\n").at(-1) ?? "";
        const reached = await login("bridge=whatsapp,flow=qr,user=alice");
        if (!/█/.test(reached.stderr)) assert.match(lastOf(reached), /the bridge refused: .*web\.whatsapp\.com/);
        const stranger = await login("bridge=whatsapp,flow=qr,user=bob");
        assert.match(lastOf(stranger), /@bob:localhost may not use this bridge: add it to bridges\.whatsapp\.users, then run: make up$/);
        assert.match(lastOf(await login("bridge=whatsap")), /there is no bridge "whatsap" \(did you mean "whatsapp"\?\)/);
        assert.match(
            lastOf(await login("bridge=signal")),
            /bridges\.signal is not declared in Pulumi\.test-bridge-whatsapp\.yaml; declare it, then run: make up$/,
        );
        assert.deepEqual([stranger.exitCode, reached.stdout], [1, ""]);
    });

    it("has a database of its own, and reaches no other", async () => {
        const uri = new URL(String(config.database?.uri));
        assert.equal(uri.pathname, "/synapse_whatsapp");
        const ask = (database: string, statement: string) =>
            execa(
                "docker",
                [
                    "exec",
                    "--interactive",
                    `matrix-synapse-${stackName}-database`,
                    "sh",
                    "-c",
                    'IFS= read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U synapse_whatsapp -d "$1" -Atc "$2"',
                    "sh",
                    database,
                    statement,
                ],
                { input: `${decodeURIComponent(uri.password)}\n`, reject: false },
            );
        assert.match((await ask("synapse_whatsapp", 'SELECT count(*) FROM "user"')).stdout, /^\d+$/);
        const homeservers = await ask("synapse", "SELECT 1");
        assert.match(homeservers.stderr, /permission denied for database "synapse"/);
    });

    it("shows none of its secrets in inspect, processes, logs and the state", async () => {
        const { appservice = {}, provisioning = {}, encryption = {}, database = {} } = config;
        const secrets = [
            ...[appservice.as_token, appservice.hs_token, provisioning.shared_secret, encryption.pickle_key],
            decodeURIComponent(new URL(String(database.uri)).password),
        ].map(String);
        assert.ok(
            secrets.every((secret) => secret.length >= 48),
            "a secret is too short to be one",
        );
        const all = Object.values(await containers(stackName)).map(({ Name }) => Name.slice(1));
        const shown = [
            await docker("inspect", ...all),
            (await execa("ps", ["-eo", "args"])).stdout,
            ...(await Promise.all(all.map(async (name) => (await execa("docker", ["logs", name], { all: true })).all))),
            await storedState(stackName),
        ];
        for (const secret of secrets) assert.ok(!shown.some((text) => text.includes(secret)), "a secret is shown");
    });

    it("changes nothing in a second update", async () => {
        const { stdout } = await execa("pulumi", ["preview", "--json", "--stack", stackName], { cwd: root, env: pulumiEnvironment() });
        const { changeSummary } = JSON.parse(stdout);
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    it("leaves with its registration and its database, and nothing else", async () => {
        configure(stackName, smallStack(27_400, { turn: { enabled: false }, users: { alice: {}, bob: {} }, bots: {}, rooms: {} }));
        await (await openStack(stackName)).up();
        const all = await containers(stackName);
        assert.deepEqual(Object.keys(all).sort(), ["database", "gateway", "homeserver"]);
        const files = await docker("exec", `matrix-synapse-${stackName}-homeserver`, "ls", "/run/secrets");
        assert.doesNotMatch(files, /application-service/);
        const databases = await docker(
            "exec",
            `matrix-synapse-${stackName}-database`,
            "sh",
            "-c",
            'PGPASSWORD=$(cat /run/secrets/postgres-password) psql -h 127.0.0.1 -U postgres -Atc "SELECT datname FROM pg_database"',
        );
        assert.match(databases, /^synapse$/m);
        assert.doesNotMatch(databases, /whatsapp/);
        assert.equal(await client.getUserId(), "@alice:localhost");
    });
});
