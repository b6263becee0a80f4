/**
 * Ten bridges on one stack, beside each other: what a preview says of them, what each may see, and what goes with one that is removed.
 * Of the programs that are not to be had here, a stand-in runs: what they do has no test in this file.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { bridgeName, platformNames } from "../../components/bridges/platforms.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { previewStack } from "../../scripts/preview/preview.ts";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { buildClient } from "../../scripts/setup/builder.ts";
import { commandLine } from "../support/commandLine.ts";
import { containers, docker } from "../support/docker.ts";
import { configure, destroyStack, openStack, pulumiEnvironment, smallStack, storedState } from "../support/stack.ts";

const stackName = "test-bridges";
const prefix = `matrix-synapse-${stackName}`;
const image = "matrix-synapse/test-mautrix";
const family = ["whatsapp", "signal", "slack", "discord", "meta", "gmessages", "bluesky", "telegram"] as const;
const capital = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;

// Nobody is there: bridges wait for networks that are away.
const bridges: NonNullable<SettingsInput["bridges"]> = {
    irc: { networks: { away: { servers: [{ host: "127.0.0.1", port: 6667, tls: false }], nick: "bridge" } } },
    relay: { accounts: { shell: { platform: "sshchat", server: "127.0.0.1:2022", nick: "relay" } } },
    ...Object.fromEntries(family.map((platform) => [platform, {}])),
    signal: { onRemoval: "drop" },
    telegram: { apiId: 1, apiHash: "0123456789abcdef0123456789abcdef" },
};
const rooms: NonNullable<SettingsInput["rooms"]> = {
    lobby: { encrypted: false, bridge: { irc: "#lobby@away", relay: "sshchat@shell" } },
};

const settings = (more: Partial<SettingsInput> = {}): Partial<SettingsInput> => {
    const small = smallStack(13_200, { turn: { enabled: false }, rooms, ...more });
    return {
        ...small,
        images: { ...small.images, ...Object.fromEntries(family.map((platform) => [`mautrix${capital(platform)}`, image])) },
    };
};

/** grep ends with 1 where it finds nothing. */
const search = `docker export "$1" | (grep --text --only-matching --fixed-strings --file "$2" || test $? = 1) | sort --unique`;

describe("ten bridges on one stack", function () {
    this.timeout(300_000);
    const preview = async () => (await previewStack(stackName, root, pulumiEnvironment())).text;
    const query = (database: string, sql: string) =>
        docker("exec", `${prefix}-database`, "psql", "-U", "postgres", "-d", database, "-qAtc", sql);
    const registered = async () =>
        (await docker("exec", `${prefix}-homeserver`, "sh", "-c", "ls /run/secrets")).split("\n").filter((file) => /bridge-/.test(file));
    const directory = mkdtempSync(join(tmpdir(), "bridges-"));
    const patterns = join(directory, "patterns");

    before(async () => {
        await destroyStack(stackName);
        const from = [
            "--build-arg",
            `FROM=${imageReference("mautrixWhatsapp")}`,
            "--tag",
            image,
            join(root, "tests/support/bridges/standIn"),
        ];
        await execa(await buildClient(), ["build", "--quiet", ...from], { env: { DOCKER_BUILDKIT: "1" } });
        configure(stackName, settings({ rooms: { lobby: { encrypted: false } } }));
        await (await openStack(stackName)).up();
    });
    after(async () => {
        rmSync(directory, { recursive: true });
        await destroyStack(stackName);
    });

    it("are one line each in the preview, which says that the homeserver restarts", async () => {
        configure(stackName, settings({ bridges }));
        const text = await preview();
        const lines = text.split("\n").filter((line) => /\| bridge `/.test(line));
        assert.deepEqual(lines.map((line) => /bridge `(.*?)`/.exec(line)?.[1]).sort(), [...platformNames].sort());
        for (const line of lines) assert.match(line, /^\| created \|/);
        assert.ok(platformNames.length === 10 && lines.filter((line) => /the homeserver restarts/.test(line)).length === 9, text);
        assert.match(text, /replaced \| container `homeserver`/);
        assert.doesNotMatch(text, /created \| (secret|bot|volume|container|database)/);
    });

    it("come up, and a preview after that is empty", async () => {
        await (await openStack(stackName)).up();
        assert.match(await preview(), /no change/);
        const states = Object.entries(await containers(stackName)).filter(([role]) => role.startsWith("bridge-"));
        assert.equal(states.length, 11, "ten, and what stands between the relay and the homeserver");
    });

    it("are reached by the homeserver, and told apart by status and content list", async () => {
        const { stdout } = await commandLine(["status", "--stack", stackName, "--format", "json"]);
        const rows: { component: string; bridge?: { pingMilliseconds: number | null; fault?: string; networks?: object } }[] =
            JSON.parse(stdout).components;
        // Of Discord nothing answers here, and the relay is no application service.
        for (const platform of platformNames.filter((one) => one !== "discord" && one !== "relay")) {
            const bridge = rows.find(({ component }) => component === bridgeName(platform))?.bridge;
            assert.equal(typeof bridge?.pingMilliseconds, "number", `${platform}: ${bridge?.fault}`);
        }
        assert.deepEqual(rows.find(({ component }) => component === "bridge-irc")?.bridge?.networks, { away: "not connected" });
        const listed = await commandLine(["content", "list", "--type", "bridge", "--format", "json", "--stack", stackName]);
        assert.deepEqual(
            JSON.parse(listed.stdout)
                .map(({ name }: { name: string }) => name)
                .sort(),
            [...platformNames].sort(),
        );
    });

    it("have databases of their own, which no other role may enter", async () => {
        const databases = [...family.map((platform) => `synapse_${platform}`), "synapse"];
        for (const role of databases)
            for (const database of databases) {
                const may = await query("postgres", `SELECT has_database_privilege('${role}', '${database}', 'CONNECT')`);
                assert.equal(may, role === database ? "t" : "f", `${role} at ${database}`);
            }
    });

    it("have their secrets in files of their own, and nowhere else", async () => {
        const { stdout } = await execa("pulumi", ["stack", "export", "--show-secrets", "--stack", stackName], {
            env: pulumiEnvironment(),
            cwd: root,
        });
        const resources: { urn: string; type: string; outputs?: { result?: { plaintext?: string } } }[] =
            JSON.parse(stdout).deployment.resources;
        const tokens = new Map(
            resources
                .filter(
                    ({ type, urn }) =>
                        type === "random:index/randomPassword:RandomPassword" && /::(application-service-)?bridge-/.test(urn),
                )
                .map(({ urn, outputs }) => [urn.split("::").at(-1) ?? "", String(JSON.parse(outputs?.result?.plaintext ?? '""'))] as const),
        );
        // Two tokens for each application service; three more for each of the family.
        assert.equal(tokens.size, 2 * 9 + 3 * family.length);
        writeFileSync(patterns, `${[...tokens.values()].join("\n")}\n`, { mode: 0o600 });
        const within = (text: string) =>
            [...tokens].filter(([, value]) => value.length >= 24 && text.includes(value)).map(([name]) => name);
        assert.deepEqual(within(await storedState(stackName)), [], "state");
        assert.deepEqual(within((await execa("ps", ["auxww"])).stdout), [], "ps");
        for (const role of Object.keys(await containers(stackName))) {
            const name = `${prefix}-${role}`;
            const { stdout: out, stderr } = await execa("docker", ["logs", name]);
            assert.deepEqual(within(`${await docker("inspect", name)}${out}${stderr}`), [], role);
            const files = await execa("bash", ["-o", "pipefail", "-c", search, "bash", name, patterns]);
            const own = role === "homeserver" ? /^application-service-/ : new RegExp(`^(application-service-)?${role}-`);
            assert.deepEqual(
                within(files.stdout).filter((secret) => !own.test(secret)),
                [],
                `the file system of ${role}`,
            );
        }
    });

    it("go one by one: container, registration and, if told, database, and nothing else", async () => {
        const { signal: _, whatsapp: __, ...others } = bridges;
        const before = await containers(stackName);
        configure(stackName, settings({ bridges: others }));
        const text = await preview();
        assert.match(text, /deleted \| bridge `signal`/);
        assert.match(text, /deleted\*\* \| database `database-bridge-signal`/);
        assert.match(text, /kept \| database `database-bridge-whatsapp`/);
        await (await openStack(stackName)).up();
        const now = await containers(stackName);
        const gone = Object.keys(before).filter((role) => !(role in now));
        assert.deepEqual(gone.sort(), ["bridge-signal", "bridge-whatsapp"]);
        const replaced = Object.keys(now).filter((role) => now[role]?.Id !== before[role]?.Id);
        assert.deepEqual(replaced, ["homeserver"]);
        assert.ok(!(await registered()).some((file) => /signal|whatsapp/.test(file)));
        const there = (await query("postgres", "SELECT datname FROM pg_database")).split("\n");
        assert.deepEqual([there.includes("synapse_signal"), there.includes("synapse_whatsapp")], [false, true]);
    });

    it("turned off, have neither container nor registration, and their databases stay in the stack", async () => {
        const { signal: _, whatsapp: __, ...others } = bridges;
        configure(stackName, settings({ bridges: { ...others, slack: { enabled: false } } }));
        await (await openStack(stackName)).up();
        assert.ok(!("bridge-slack" in (await containers(stackName))));
        assert.match(await preview(), /no change/);
        configure(stackName, settings({ bridges: others }));
        await (await openStack(stackName)).up();
        assert.ok("bridge-slack" in (await containers(stackName)));
        assert.match(await preview(), /no change/);
    });
});
