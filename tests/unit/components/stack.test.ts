import assert from "node:assert/strict";
import { homedir, hostname } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Secrets } from "../../../components/secrets.ts";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";
import { declared, registrations, resolved, secretSignature, settled, startMocks } from "../../support/mocks.ts";

type Outputs = typeof import("../../../index.ts");

const containerType = "docker:index/container:Container";

let declarations = 0;

/** What index.ts declares for some settings; the result is its outputs. */
async function declareStack(overrides: Partial<SettingsInput> = {}): Promise<Outputs> {
    await startMocks();
    const settings = { serverName: "example.org", ...overrides };
    pulumi.runtime.setAllConfig(
        Object.fromEntries(
            Object.entries(settings).map(([key, value]) => [
                `matrix-synapse:${key}`,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
        ),
    );
    // A module runs once for each address it is imported by.
    const outputs = await import(`../../../index.ts?${declarations++}`);
    await settled();
    return outputs;
}

interface ContainerInputs {
    name: string;
    image: string;
    user: string;
    envs?: string[];
    command?: string[];
    uploads: { file: string; content: unknown; permissions: string; owner?: string; group?: string }[];
    ports?: { internal: number; external: number; ip: string; protocol: string }[];
    capabilities: { drops: string[]; adds?: string[] };
    [key: string]: unknown;
}
const container = (name: string) => declared(containerType, name).inputs as ContainerInputs;
/** All of them; there is always one. */
const containers = () => {
    const found = registrations.filter(({ type }) => type === containerType).map(({ inputs }) => inputs as ContainerInputs);
    assert.ok(found.length > 0, "no container was declared");
    return found;
};
/** As a word of its own: a short host name may be part of another word. */
const quotedIn = (text: string, value: string) =>
    new RegExp(`(^|[^\\w.-])${value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}([^\\w.-]|$)`).test(text);

describe("every container", () => {
    before(() => declareStack({ users: { alice: {} }, bots: { b: {} }, rooms: { r: { members: { b: 50 } } } }));

    it("is there once for its role", () => {
        assert.deepEqual(
            containers()
                .map(({ name }) => name)
                .sort(),
            ["database", "gateway", "homeserver", "relay"].map((role) => `matrix-synapse-test-${role}`),
        );
    });

    it("is without capabilities but those needed, new privileges, or unlimited resources", () => {
        for (const it of containers()) {
            assert.deepEqual(it.capabilities.drops, ["ALL"], it.name);
            assert.ok(["gateway", "relay"].some((role) => it.name.endsWith(role)) || !it.capabilities.adds, it.name);
            assert.deepEqual(it.securityOpts, ["no-new-privileges:true"], it.name);
            assert.ok(Number(it.memory) > 0 && it.memorySwap === it.memory, it.name);
            assert.equal(it.restart, "unless-stopped", it.name);
            assert.deepEqual(it.logOpts, { "max-size": "10m", "max-file": "5" }, it.name);
            assert.ok(it.healthcheck && it.wait === true, it.name);
            const [limit] = it.ulimits as { name: string; soft: number; hard: number }[];
            assert.ok(limit?.name === "nproc" && limit.soft === limit.hard && limit.hard > 0, it.name);
        }
    });

    it("runs as another user than root, and has no part of the host mounted", () => {
        for (const it of containers()) {
            const [uid, gid] = String(it.user).split(":");
            assert.ok(Number(uid) > 0 && Number(gid) > 0, `${it.name} runs as ${it.user}`);
            for (const volume of (it.volumes ?? []) as { hostPath?: string }[]) assert.equal(volume.hostPath, undefined, it.name);
        }
    });

    it("gets secrets as files of its own user that nobody else may read, and nowhere else", () => {
        for (const it of containers()) {
            const [uid, gid] = it.user.split(":");
            assert.ok(it.uploads.length > 0, it.name);
            for (const upload of it.uploads) {
                const secret = upload.file.startsWith("/run/secrets/") || upload.file === "/etc/coturn/turnserver.conf";
                if (secret)
                    assert.deepEqual([upload.permissions, upload.owner, upload.group], ["0400", uid, gid], `${it.name} ${upload.file}`);
                else assert.ok(!JSON.stringify(upload.content).includes("password of"), `${it.name} ${upload.file}`);
            }
            const { uploads, ...rest } = it;
            assert.ok(!/password of|key of|token of/.test(JSON.stringify(rest)), it.name);
        }
    });

    it("publishes database and plain client API on loopback only", () => {
        assert.deepEqual(
            container("database").ports?.map(({ ip }) => ip),
            ["127.0.0.1"],
        );
        assert.deepEqual(container("homeserver").ports, [{ internal: 8008, external: 8008, protocol: "tcp", ip: "127.0.0.1" }]);
    });

    it("has no input that depends on the machine", () => {
        const text = JSON.stringify(registrations);
        assert.ok(text.includes("matrix-synapse-test-gateway"), "nothing was declared");
        const machine = { folder: process.cwd(), home: homedir(), host: hostname(), node: process.execPath };
        for (const [what, value] of Object.entries(machine)) assert.ok(!quotedIn(text, value), `the machine's ${what} is in an input`);
    });
});

describe("secrets", () => {
    it("are secret, each of them, and long", async () => {
        await startMocks();
        const secrets = new Secrets("secrets", { protectData: true, applicationServices: [], homeserver: {} });
        await settled();
        const outputs = Object.entries(secrets).filter(([name, output]) => pulumi.Output.isInstance(output) && name !== "urn");
        const passwords = registrations.filter(({ type }) => type === "random:index/randomPassword:RandomPassword");
        assert.ok(outputs.length >= 8 && passwords.length >= 7, `only ${outputs.length} outputs, ${passwords.length} passwords`);
        for (const [name, output] of outputs) assert.equal(await pulumi.isSecret(output), true, name);
        for (const { name, inputs } of passwords) assert.ok(Number(inputs.length) >= 24, name);
    });

    it("make a signing key file that Synapse reads, under an ID of its own", async () => {
        await startMocks();
        const secrets = new Secrets("secrets", { protectData: true, applicationServices: [], homeserver: {} });
        assert.match(await resolved(secrets.signingKey), /^ed25519 a_[0-9a-f]{8} [A-Za-z0-9+/]{43}\n$/);
    });
});

describe("the database", () => {
    it("is UTF8 with C collation, from template0, of an owner who is no superuser", async () => {
        await declareStack();
        const { inputs } = declared("postgresql:index/database:Database", "database-synapse");
        assert.deepEqual([inputs.encoding, inputs.lcCollate, inputs.lcCtype, inputs.template], ["UTF8", "C", "C", "template0"]);
        assert.equal(declared("postgresql:index/role:Role", "database-synapse-role").inputs.superuser, false);
    });

    it("is an existing server's where one is named, and no container runs", async () => {
        const { databaseUrl } = await declareStack({ database: { host: "db.example.org", adminPassword: "secret" } });
        assert.ok(!containers().some(({ name }) => name.endsWith("-database")));
        const config = parse(String(container("homeserver").uploads.find(({ file }) => file.endsWith("homeserver.yaml"))?.content));
        assert.deepEqual(
            [config.database.args.host, config.database.args.port, config.database.args.sslmode],
            ["db.example.org", 5432, "require"],
        );
        assert.equal(await pulumi.isSecret(databaseUrl), true);
    });
});

describe("what holds data", () => {
    it("has a fixed name, by which a new stack finds what an old one kept", async () => {
        await declareStack();
        for (const [name, called] of [
            ["database-data", "postgres"],
            ["homeserver-media", "media"],
        ] as const) {
            assert.equal(declared("docker:index/volume:Volume", name).inputs.name, `matrix-synapse-test-${called}`);
        }
    });
});

describe("content", () => {
    const room = (name: string) => declared("matrix:index:Room", name).inputs;

    it("is one resource a thing", async () => {
        await declareStack({ users: { u: {} }, bots: { b: {} }, spaces: { s: {} }, rooms: { r: { parent: "s" } } });
        const things = registrations.filter(({ type }) => type.startsWith("matrix:"));
        assert.deepEqual(things.map(({ type, name }) => `${type} ${name}`).sort(), [
            "matrix:index:Administrator administrator",
            "matrix:index:Bot bot-b",
            "matrix:index:Room room-r",
            "matrix:index:Room space-s",
            "matrix:index:User user-u",
        ]);
    });

    it("shows what a room is to be in readable inputs", async () => {
        await declareStack({ bots: { b: {} }, rooms: { r: { topic: "T", members: { b: 50, admin: 100 } } } });
        assert.deepEqual(room("room-r"), {
            alias: "#r:example.org",
            space: false,
            topic: "T",
            visibility: "private",
            joinRule: "invite",
            historyVisibility: "shared",
            encrypted: true,
            members: { "@admin:example.org": 100, "@b:example.org": 50 },
            onDelete: "leave",
        });
    });

    it("encrypts neither public rooms nor spaces", async () => {
        await declareStack({ spaces: { s: {} }, rooms: { r: { visibility: "public" } } });
        assert.deepEqual([room("space-s").encrypted, room("room-r").encrypted], [false, false]);
        assert.deepEqual([room("space-s").space, room("room-r").joinRule], [true, "public"]);
    });

    it("leads to the parent space, whichever is declared first", async () => {
        await declareStack({ spaces: { a: { parent: "b" }, b: {} }, rooms: { r: { parent: "a" } } });
        assert.deepEqual([room("room-r").parent, room("space-a").parent, room("space-b").parent], ["!space-a", "!space-b", undefined]);
    });

    it("leaves deactivated accounts out of their rooms, as the server does", async () => {
        await declareStack({ users: { u: { deactivated: true } }, rooms: { r: { members: { u: 50, "@x:other.org": 0 } } } });
        assert.deepEqual(room("room-r").members, { "@x:other.org": 0 });
    });

    it("gives tokens as secrets and room IDs in the clear", async () => {
        const { bots, rooms, users, adminPassword } = await declareStack({ bots: { b: {} }, rooms: { r: {} }, spaces: { s: {} } });
        assert.deepEqual(
            [await pulumi.isSecret(bots), await pulumi.isSecret(users), await pulumi.isSecret(adminPassword)],
            [true, true, true],
        );
        assert.equal(await pulumi.isSecret(rooms), false);
        assert.deepEqual(await resolved(rooms), { "#s:example.org": "!space-s", "#r:example.org": "!room-r" });
    });

    it("hands a given password over as a secret", async () => {
        await declareStack({ users: { u: { password: "a long password" } } });
        const raw = registrations.find(({ name }) => name === "user-u")?.raw as Record<string, object>;
        assert.ok(secretSignature in (raw.password ?? {}), "the password is in the clear");
    });

    it("always has an administrator", async () => {
        await declareStack({ administrator: "root" });
        assert.equal(declared("matrix:index:Administrator", "administrator").inputs.userId, "@root:example.org");
    });

    it("registers an application service with the homeserver, its tokens in a secret file", async () => {
        await declareStack({ bots: { irc: { appservice: { namespace: "irc_" } } } });
        const path = "/run/secrets/application-service-irc.yaml";
        const { uploads } = container("homeserver");
        const config = parse(String(uploads.find(({ file }) => file.endsWith("homeserver.yaml"))?.content));
        assert.deepEqual(config.app_service_config_files, [path]);
        const registration = parse(String(uploads.find(({ file }) => file === path)?.content));
        assert.deepEqual(registration.namespaces.users, [{ exclusive: true, regex: "@irc_.*:example\\.org" }]);
        assert.equal(registration.as_token, "password of application-service-irc-as-token");
    });
});

describe("the gateway", () => {
    it("has a certificate for its host and the server name", async () => {
        await declareStack({ serverName: "example.org", gateway: { host: "matrix.example.org" } });
        assert.deepEqual(declared("tls:index/certRequest:CertRequest", "certificate-development-request").inputs.dnsNames, [
            "matrix.example.org",
            "example.org",
        ]);
    });

    it("leads to the federation port by well-known, unless federation is off", async () => {
        assert.deepEqual((await declareStack()).wellKnown.server, { "m.server": "example.org:8448" });
        assert.equal((await declareStack({ federation: { enabled: false } })).wellKnown.server, undefined);
        assert.deepEqual(
            container("gateway").ports?.map(({ internal }) => internal),
            [443],
        );
    });
});

describe("configuration", () => {
    // Beside a secret file a preview masks the container's own list of files; a component has them once more.
    it("stands readable and without a secret in an input of its component", async () => {
        await declareStack({ homeserver: { media: { maxUpload: "60M" } } });
        const files = (type: string, name: string) => declared(type, name).inputs.files as Record<string, string>;
        const synapse = files("matrix-synapse:homeserver:Synapse", "homeserver");
        const caddy = files("matrix-synapse:gateway:Gateway", "gateway");
        assert.equal(parse(synapse["/etc/synapse/homeserver.yaml"] ?? "").max_upload_size, "60M");
        assert.deepEqual(Object.keys(synapse), ["/etc/synapse/authority-1.pem", "/etc/synapse/homeserver.yaml", "/etc/synapse/log.yaml"]);
        assert.deepEqual(Object.keys(caddy), ["/etc/caddy/caddy.json"]);
        assert.ok(!/password of|key of|token of/.test(JSON.stringify([synapse, caddy])));
        for (const { file, content } of [...container("homeserver").uploads, ...container("gateway").uploads]) {
            const shown = synapse[file] ?? caddy[file];
            if (shown !== undefined) assert.equal(content, shown, file);
        }
    });
});

describe("the relay", () => {
    it("is offered over UDP first, then TCP, then TLS", async () => {
        assert.deepEqual((await declareStack()).turnUris, [
            "turn:example.org:3478?transport=udp",
            "turn:example.org:3478?transport=tcp",
            "turns:example.org:5349?transport=tcp",
        ]);
    });

    it("shows its options in a preview and keeps its secret in a file", async () => {
        await declareStack({ turn: { externalAddress: "203.0.113.7", relayPorts: { min: 50000, max: 50003 } } });
        const { command, ports, uploads } = container("relay");
        assert.ok(command?.includes("--external-ip=203.0.113.7") && command.includes("--min-port=50000"));
        assert.deepEqual(
            ports?.map(({ external, protocol }) => `${external}/${protocol}`),
            ["3478/udp", "3478/tcp", "5349/tcp", "50000/udp", "50001/udp", "50002/udp", "50003/udp"],
        );
        assert.ok(!command?.join().includes("password of"));
        assert.deepEqual(
            uploads.map(({ file }) => file),
            ["/coturn.sh", "/etc/coturn/turnserver.conf"],
        );
    });

    it("may have a host name of its own, which the certificate is for, too", async () => {
        const { turnUris } = await declareStack({ gateway: { host: "matrix.example.org" }, turn: { host: "turn.example.org" } });
        assert.equal(turnUris[0], "turn:turn.example.org:3478?transport=udp");
        assert.ok(container("relay").command?.includes("--realm=turn.example.org"));
        const names = declared("tls:index/certRequest:CertRequest", "certificate-development-request").inputs.dnsNames;
        assert.deepEqual(names, ["matrix.example.org", "example.org", "turn.example.org"]);
        // By ACME each name has a certificate of its own.
        await declareStack({ gateway: { host: "matrix.example.org", acme: {} }, turn: { host: "turn.example.org" } });
        assert.deepEqual(container("gateway").command?.slice(0, 2), ["/acmeCopy.sh", "turn.example.org"]);
        await declareStack({ gateway: { host: "matrix.example.org", acme: {} } });
        assert.deepEqual(container("gateway").command?.slice(0, 2), ["/acmeCopy.sh", "matrix.example.org"]);
    });

    const turnOf = () => {
        const { uploads, command } = container("homeserver");
        const config = parse(String(uploads.find(({ file }) => file.endsWith("homeserver.yaml"))?.content));
        return { config, command, secrets: uploads.filter(({ file }) => /turn/.test(file)).map(({ file, content }) => [file, content]) };
    };
    const uris = ["turns:turn.example.com:5349?transport=tcp"];

    it("may be one that runs elsewhere, with a shared secret", async () => {
        const { turnUris } = await declareStack({ turn: { external: { uris, sharedSecret: "given secret" } } });
        assert.deepEqual(turnUris, uris);
        assert.ok(!containers().some(({ name }) => name.endsWith("-relay")));
        const { config, secrets } = turnOf();
        assert.deepEqual([config.turn_uris, config.turn_shared_secret_path], [uris, "/run/secrets/turn-shared-secret"]);
        assert.deepEqual(secrets, [["/run/secrets/turn-shared-secret", "given secret"]]);
    });

    it("may be one that runs elsewhere, with one login, which stands in a secret file of configuration", async () => {
        await declareStack({ turn: { external: { uris, username: "matrix", password: "given password" } } });
        const { config, command, secrets } = turnOf();
        assert.deepEqual([config.turn_uris, config.turn_shared_secret_path, config.turn_password], [uris, undefined, undefined]);
        assert.ok(command?.includes("--config-path=/run/secrets/turn-login.yaml"));
        assert.deepEqual(
            secrets.map(([file, content]) => [file, parse(String(content))]),
            [["/run/secrets/turn-login.yaml", { turn_username: "matrix", turn_password: "given password" }]],
        );
        const { raw } = declared(containerType, "homeserver");
        assert.ok(!JSON.stringify(raw.command).includes("given password"));
        assert.ok(!JSON.stringify(declared("matrix-synapse:homeserver:Synapse", "homeserver").inputs).includes("given password"));
    });

    it("may be none at all", async () => {
        assert.deepEqual((await declareStack({ turn: { enabled: false } })).turnUris, []);
        assert.ok(!containers().some(({ name }) => name.endsWith("-relay")));
        const { config, secrets } = turnOf();
        assert.deepEqual([config.turn_uris, config.turn_shared_secret_path, secrets], [undefined, undefined, []]);
    });

    it("reads the gateway's certificate, as the same user, and can change nothing of it", async () => {
        await declareStack();
        assert.deepEqual(container("relay").volumes, [
            { volumeName: "matrix-synapse-test-certificate-shared", containerPath: "/var/tmp", readOnly: true },
        ]);
        assert.equal(container("relay").user, container("gateway").user);
        assert.ok(container("relay").command?.includes("/var/tmp/gateway.pem"));
    });
});
