/** Every secret of a stack is rotated in one update, while a person and a bot are signed in. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import postgres from "postgres";
import { parse } from "yaml";
import { rotatables } from "../../components/settings/rotation.ts";
import { firstPassword } from "../../matrix/firstPassword.ts";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { root } from "../../scripts/project/checkout.ts";
import { Load, lost, upTo } from "../support/backup.ts";
import { type BackupOutputs, BackupStack } from "../support/backupStack.ts";
import { changesOf } from "../support/changes.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { isSignedBy, isSignedMessage } from "../support/eventSignature.ts";
import { credentialsFromHomeserver, withRelay } from "../support/relay.ts";
import { SyncingSession } from "../support/session.ts";
import { openStack, pulumiEnvironment, storedState } from "../support/stack.ts";

const stackName = "test-rotation";
const base = 22400;
const udp = { transport: "udp", host: "127.0.0.1", port: base + 78 } as const;
const everything = [...rotatables.map(({ secret }) => secret), "bots.notifier", "bots.irc"];

interface Published {
    verify_keys: Record<string, { key: string }>;
    old_verify_keys: Record<string, { key: string; expired_ts: number }>;
    signatures: Record<string, Record<string, string>>;
}

describe("a rotation of every secret", function () {
    this.timeout(300_000);
    const stack = new BackupStack(stackName, base);
    const settings = () => {
        const small = stack.settings();
        const limits = { messages: { perSecond: 100, burst: 100 } };
        return {
            ...small,
            homeserver: { ...small.homeserver, limits },
            bots: { ...small.bots, irc: { appservice: { namespace: "irc_" } } },
        };
    };
    let earlier: BackupOutputs;
    let now: BackupOutputs;
    let lobby: string;
    let aliceToken: string;
    let alice: SyncingSession;
    let bot: SyncingSession;
    let load: Load;
    let credentials: Awaited<ReturnType<typeof credentialsFromHomeserver>>;
    let published: Published;
    let oldSecrets: string[];
    let said: string;
    /** Another token of the bot, which somebody has found. */
    let strayToken: string;
    let administratorToken: string;
    const eventBefore = { id: "", signedBy: "" };

    const tokenOf = (outputs: BackupOutputs, key = "notifier") => outputs.bots[key]?.accessToken ?? "";
    const keys = async () => (await (await fetch(`${earlier.clientUrl}/_matrix/key/v2/server`)).json()) as Published;
    const whoAmI = (token: string) => connect(earlier.clientUrl, token).getUserId();
    const secrets = async () => {
        const command = ["stack", "export", "--show-secrets", "--stack", stackName];
        const { stdout } = await execa("pulumi", command, { cwd: root, env: pulumiEnvironment() });
        const { resources } = JSON.parse(stdout).deployment as {
            resources: { urn: string; type: string; outputs?: { result?: { plaintext: string } } }[];
        };
        return resources
            .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
            .map(({ urn, outputs }) => ({
                name: urn.split("::").at(-1),
                value: String(JSON.parse(outputs?.result?.plaintext ?? '""')),
            }));
    };
    const secretsIn = async () => (await secrets()).map(({ value }) => value);

    before(async () => {
        earlier = await stack.bringUp(settings());
        lobby = earlier.rooms["#lobby:localhost"] ?? "";
        aliceToken = await signIn(earlier.clientUrl, "@alice:localhost", "the password of alice", "PHONE");
        const client = connect(earlier.clientUrl, aliceToken);
        await connect(earlier.clientUrl, tokenOf(earlier)).inviteUser("@alice:localhost", lobby);
        await client.joinRoom(lobby);
        eventBefore.id = await client.sendText(lobby, "before");
        await uploadDeviceKeys();
        administratorToken = await signIn(earlier.clientUrl, earlier.adminUserId, earlier.adminPassword, "LAPTOP");
        strayToken = await signIn(earlier.clientUrl, "@notifier:localhost", await botPassword());
        alice = new SyncingSession(earlier.clientUrl, aliceToken);
        bot = new SyncingSession(earlier.clientUrl, tokenOf(earlier));
        credentials = await credentialsFromHomeserver(earlier);
        published = await keys();
        eventBefore.signedBy = Object.keys(published.verify_keys)[0] ?? "";
        oldSecrets = await secretsIn();
        load = new Load({
            url: earlier.clientUrl,
            accessToken: aliceToken,
            rooms: [lobby],
            pause: 300,
            files: { every: 50, bytes: upTo(1e5) },
        });
        const { exitCode, all } = await stack.run("make", "rotate", `SECRET=${everything.join(" ")}`);
        assert.equal(exitCode, 0, all);
        said = all;
        now = await stack.outputs();
        bot.goOnWith(tokenOf(now));
        await sleep(1000);
        await load.stop();
    });
    after(async () => {
        await Promise.all([alice?.stop(), bot?.stop(), load?.stop()]);
        await stack.removeAll();
    });

    async function botPassword(): Promise<string> {
        const seed = (await secrets()).find(({ name }) => name === "password-seed")?.value ?? "";
        return firstPassword(seed, "@notifier:localhost");
    }

    async function uploadDeviceKeys(): Promise<void> {
        const { deviceId = "", userId = "" } = earlier.bots.notifier ?? {};
        const device = {
            user_id: userId,
            device_id: deviceId,
            algorithms: ["m.megolm.v1.aes-sha2"],
            keys: { [`ed25519:${deviceId}`]: "A".repeat(43) },
            signatures: { [userId]: { [`ed25519:${deviceId}`]: "A".repeat(86) } },
        };
        await connect(earlier.clientUrl, tokenOf(earlier)).doRequest("POST", "/_matrix/client/v3/keys/upload", undefined, {
            device_keys: device,
        });
    }

    it("says before what each costs, and is empty afterwards", async () => {
        const preview = said.slice(said.indexOf("### Preview"), said.indexOf("Updating"));
        for (const name of everything)
            assert.match(preview, new RegExp(`rotation\\.${name}: generation 2 takes the place of 1: \\w`), name);
        const { rotation } = Object.fromEntries(
            Object.entries(parse(readFileSync(`${root}/Pulumi.${stackName}.yaml`, "utf8")).config).map(([key, value]) => [
                key.split(":")[1],
                value,
            ]),
        ) as { rotation: { formSecret: number; bots: object } };
        assert.deepEqual([rotation.formSecret, rotation.bots], [2, { notifier: 2, irc: 2 }]);
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
    });

    it("signs nobody out, and loses nothing: neither what was sent meanwhile nor what a client was waiting for", async () => {
        assert.equal(await whoAmI(aliceToken), "@alice:localhost");
        assert.ok(load.acknowledged.length > 20, `${load.acknowledged.length} acknowledged`);
        assert.deepEqual(await lost(earlier.clientUrl, aliceToken, load.acknowledged), []);
        const last = await connect(earlier.clientUrl, aliceToken).sendText(lobby, "after");
        assert.match(last, /^\$/);
        await eventually("the message after the rotation, at both", 20_000, async () => {
            if (![alice, bot].every(({ messages }) => messages.includes("after"))) throw new Error("not yet");
        });
        assert.deepEqual(alice.refusals, []);
        const events = load.acknowledged.filter(({ room }) => room !== undefined).length;
        for (const session of [alice, bot]) {
            const numbered = session.messages.filter((body) => body.startsWith("message "));
            assert.equal(numbered.length, new Set(numbered).size, "a message came twice");
            assert.ok(numbered.length >= events, `${numbered.length} of ${events} came`);
        }
    });

    it("gives a bot another token for the same device, with its encryption keys, while the old one goes on", async () => {
        assert.notEqual(tokenOf(now), tokenOf(earlier));
        assert.equal(now.bots.notifier?.deviceId, earlier.bots.notifier?.deviceId);
        assert.equal(await whoAmI(tokenOf(now)), "@notifier:localhost");
        assert.equal(await whoAmI(tokenOf(earlier)), "@notifier:localhost");
        assert.deepEqual(bot.refusals, []);
        await assert.rejects(whoAmI(strayToken), /M_UNKNOWN_TOKEN/);
        const answer = await connect(earlier.clientUrl, aliceToken).doRequest("POST", "/_matrix/client/v3/keys/query", undefined, {
            device_keys: { "@notifier:localhost": [] },
        });
        const device = earlier.bots.notifier?.deviceId ?? "";
        assert.equal(answer.device_keys["@notifier:localhost"][device].keys[`ed25519:${device}`], "A".repeat(43));
    });

    it("gives an application service other tokens, and refuses the old one", async () => {
        assert.equal(await whoAmI(tokenOf(now, "irc")), "@irc:localhost");
        await assert.rejects(whoAmI(tokenOf(earlier, "irc")), /M_UNKNOWN_TOKEN/);
    });

    it("leaves the credentials for calls valid that clients have, and gives others", async () => {
        const fresh = await credentialsFromHomeserver(now);
        const password = (secret: string) => createHmac("sha1", secret).update(fresh.username).digest("base64");
        assert.ok(oldSecrets.every((secret) => password(secret) !== fresh.password));
        for (const one of [credentials, fresh]) await withRelay(udp, one, async (_, { port }) => assert.ok(port >= base + 90));
    });

    it("signs by another key, and keeps the old one known, by which other servers check earlier messages", async () => {
        const { signatures, ...answer } = await keys();
        const [id = "", { key } = { key: "" }] = Object.entries(answer.verify_keys)[0] ?? [];
        assert.notEqual(id, eventBefore.signedBy);
        assert.ok(isSignedBy(answer, signatures, "localhost", id, key), "the answer is not signed by the new key");
        const old = answer.old_verify_keys[eventBefore.signedBy];
        assert.equal(old?.key, published.verify_keys[eventBefore.signedBy]?.key);
        const hours = ((old?.expired_ts ?? 0) - Date.now()) / 3_600_000;
        assert.ok(hours > 23 && hours < 24, `expires in ${hours} h`);

        const sql = postgres(now.databaseUrl, { max: 1 });
        const eventJson = async (event: string) => JSON.parse((await sql`SELECT json FROM event_json WHERE event_id = ${event}`)[0]?.json);
        try {
            const message = await eventJson(eventBefore.id);
            assert.ok(isSignedMessage(message, "localhost", eventBefore.signedBy, old?.key ?? ""), "an earlier message");
            assert.ok(!isSignedMessage({ ...message, depth: 1 }, "localhost", eventBefore.signedBy, old?.key ?? ""), "a forged message");
            const later = await eventJson(await connect(earlier.clientUrl, aliceToken).sendText(lobby, "signed by the new key"));
            assert.ok(isSignedMessage(later, "localhost", id, key), "a later message");
        } finally {
            await sql.end();
        }
    });

    it("ends the old passwords of the database: the owner's and the superuser's", async () => {
        const opens = async (url: string) => {
            const sql = postgres(url, { max: 1, connect_timeout: 5 });
            return sql`SELECT 1`
                .then(
                    () => true,
                    (error) => (error.code === "28P01" ? false : assert.fail(String(error))),
                )
                .finally(() => sql.end());
        };
        assert.deepEqual([await opens(earlier.databaseUrl), await opens(now.databaseUrl)], [false, true]);
        const superuser = (password: string) => `postgresql://postgres:${password}@127.0.0.1:${base + 32}/postgres?sslmode=disable`;
        const opening = async (passwords: string[]) =>
            (await Promise.all(passwords.map((one) => opens(superuser(one))))).filter(Boolean).length;
        assert.deepEqual([await opening(oldSecrets), await opening(await secretsIn())], [0, 1]);
    });

    it("ends the old secret of registration", async () => {
        const url = `${earlier.clientUrl}/_synapse/admin/v1/register`;
        const register = async (secret: string, username: string) => {
            const { nonce } = (await (await fetch(url)).json()) as { nonce: string };
            const mac = createHmac("sha1", secret).update([nonce, username, "a long password", "notadmin"].join("\0")).digest("hex");
            const body = JSON.stringify({ nonce, username, password: "a long password", admin: false, mac });
            return (await fetch(url, { method: "POST", body })).status;
        };
        assert.deepEqual(
            [await register(earlier.registrationSharedSecret, "carol"), await register(now.registrationSharedSecret, "dave")],
            [403, 200],
        );
    });

    it("gives the homeserver another key for links and forms", async () => {
        const all = await secrets();
        for (const name of ["macaroon-secret-key", "form-secret"]) {
            const file = await docker("exec", `matrix-synapse-${stackName}-homeserver`, "cat", `/run/secrets/${name}`);
            assert.deepEqual(
                all.filter(({ value }) => value === file).map((one) => one.name),
                [`${name}-2`],
            );
        }
    });

    it("gives the administrator another password, and its sessions go on", async () => {
        await signIn(earlier.clientUrl, earlier.adminUserId, now.adminPassword, "TESTS");
        await assert.rejects(signIn(earlier.clientUrl, earlier.adminUserId, earlier.adminPassword, "TESTS"), /M_FORBIDDEN/);
        assert.equal(await whoAmI(administratorToken), earlier.adminUserId);
    });

    it("changes the key of the backups, which all open with it: those from before, too", async () => {
        const stored = await stack.tool("content", "execute", "--name", "backup");
        assert.equal(stored.exitCode, 0, stored.all);
        const container = `matrix-synapse-${stackName}-backup`;
        const [first] = JSON.parse(await docker("exec", container, "restic", "--no-lock", "snapshots", "--tag", "stack", "--json"));
        assert.equal(JSON.parse(await docker("exec", container, "restic", "--no-lock", "dump", first.id, "stack.json")).stack, stackName);
        const created = Date.parse((await containers(stackName)).backup?.State.StartedAt ?? "");
        assert.ok(Date.parse(first.time) < created, "no snapshot is from before");
        assert.equal((await docker("exec", container, "restic", "--no-lock", "key", "list")).match(/^[ *][0-9a-f]{8}/gm)?.length, 1);
        const keyOf = async (password: string) =>
            execa("docker", ["exec", "--interactive", container, "restic", "--no-lock", "--password-file", "/dev/stdin", "cat", "config"], {
                input: password,
                reject: false,
            });
        assert.equal((await keyOf(now.backupPassword)).exitCode, 0);
        assert.match((await keyOf(earlier.backupPassword)).stderr, /wrong password/);
    });

    it("has no secret in the clear, neither an old nor a new one", async () => {
        const inspected = JSON.stringify(await containers(stackName));
        const logs = await Promise.all(
            Object.keys(await containers(stackName)).map(
                async (role) => (await execa("docker", ["logs", `matrix-synapse-${stackName}-${role}`], { all: true })).all,
            ),
        );
        const texts = {
            state: await storedState(stackName),
            inspected,
            logs: logs.join("\n"),
            said,
            processes: (await execa("ps", ["auxww"])).stdout,
        };
        const secrets = [...oldSecrets, ...(await secretsIn()), tokenOf(earlier), tokenOf(now)];
        assert.ok(secrets.length >= 2 * everything.length && secrets.every(({ length }) => length > 20));
        for (const [where, text] of Object.entries(texts)) assert.ok(!secrets.some((secret) => text.includes(secret)), where);
    });

    it("never goes back, skips none, and rotates what there is only", async () => {
        const faults = async (rotation: object) => {
            const { faults: lines } = await changesOf(stackName, { ...settings(), rotation: { ...parseRotation(), ...rotation } });
            return lines.join("\n");
        };
        assert.equal(await faults({}), "");
        assert.match(
            await faults({ formSecret: 1 }),
            /^rotation\.formSecret: is 1, and generation 2 is in use; an earlier one never comes back: set 2, or 3/,
        );
        assert.match(await faults({ formSecret: 4 }), /^rotation\.formSecret: is 4, and generation 2 is in use; the next one is 3$/);
        assert.match(await faults({ bots: { irc: 2 } }), /^rotation\.bots\.notifier: is 1, and generation 2 is in use/);
        const file = readFileSync(`${root}/Pulumi.${stackName}.yaml`, "utf8");
        for (const [name, line] of [
            ["turnSharedSecrets", /"turnSharedSecrets" is no secret that can be rotated \(did you mean "turnSharedSecret"\?\)/m],
            ["passwordSeed", /passwordSeed cannot be rotated: /m],
        ] as const) {
            const { exitCode, all } = await stack.tool(
                "content",
                "execute",
                "--name",
                "rotate",
                "--options",
                JSON.stringify({ secret: name }),
            );
            assert.notEqual(exitCode, 0);
            assert.match(all, line);
        }
        assert.equal(readFileSync(`${root}/Pulumi.${stackName}.yaml`, "utf8"), file);
        const raised = await stack.tool("content", "execute", "--name", "rotate", "--options", '{"secret": "bots.irc"}');
        assert.match(raised.all, /^rotation\.bots\.irc is 3 in Pulumi\.test-rotation\.yaml; run: pulumi preview --stack test-rotation$/m);
        writeFileSync(`${root}/Pulumi.${stackName}.yaml`, file);
    });

    function parseRotation(): object {
        return { ...Object.fromEntries(rotatables.map(({ secret }) => [secret, 2])), bots: { notifier: 2, irc: 2 } };
    }
});
