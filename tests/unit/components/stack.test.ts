import assert from "node:assert/strict";
import { homedir, hostname } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { authorityPath } from "../../../components/homeserver/synapse/federationConfig.ts";
import { Secrets } from "../../../components/secrets.ts";
import { container, containers, declareStack, type Outputs } from "../../support/declaredStack.ts";
import { declared, registrations, resolved, settled, startMocks } from "../../support/mocks.ts";
import { parseSettings } from "../../support/settings.ts";

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
            assert.equal(it.restart, "always", it.name);
            assert.deepEqual(it.logOpts, { "max-size": "10m", "max-file": "5" }, it.name);
            assert.ok(it.healthcheck && it.wait === true, it.name);
            const limit = (it.ulimits as { name: string; soft: number; hard: number }[]).find(({ name }) => name === "nproc");
            assert.ok(limit && limit.soft === limit.hard && limit.hard > 0, it.name);
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
        const secrets = new Secrets("secrets", {
            protectData: true,
            applicationServices: [],
            puppetServices: [],
            bridges: {},
            homeserver: {},
            rotation: parseSettings({}).rotation,
        });
        await settled();
        const outputs = Object.entries(secrets).filter(([name, output]) => pulumi.Output.isInstance(output) && name !== "urn");
        const passwords = registrations.filter(({ type }) => type === "random:index/randomPassword:RandomPassword");
        assert.ok(outputs.length >= 8 && passwords.length >= 7, `only ${outputs.length} outputs, ${passwords.length} passwords`);
        for (const [name, output] of outputs) assert.equal(await pulumi.isSecret(output), true, name);
        for (const { name, inputs } of passwords) assert.ok(Number(inputs.length) >= 24, name);
    });

    it("make a signing key file that Synapse reads, under an ID of its own", async () => {
        await startMocks();
        const secrets = new Secrets("secrets", {
            protectData: true,
            applicationServices: [],
            puppetServices: [],
            bridges: {},
            homeserver: {},
            rotation: parseSettings({}).rotation,
        });
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

    it("lets nobody in but its owner and superusers, which on an existing server the owner says", async () => {
        for (const [settings, acts] of [
            [{}, "database"],
            [{ database: { host: "db.example.org", adminPassword: "secret" } }, "database-synapse-owner"],
        ] as const) {
            await declareStack(settings);
            const { inputs, provider } = declared("postgresql:index/grant:Grant", "database-synapse-access");
            assert.deepEqual([inputs.role, inputs.database, inputs.objectType, inputs.privileges], ["public", "synapse", "database", []]);
            assert.match(String(provider), new RegExp(`::${acts}::`));
        }
        const { inputs } = declared("pulumi:providers:postgresql", "database-synapse-owner");
        assert.deepEqual([inputs.username, inputs.database], ["synapse", "synapse"]);
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

describe("the gateway's ports", () => {
    const published = () => container("gateway").ports?.map(({ internal, external }) => [internal, external]);
    const serverFile = ({ wellKnown }: Outputs) => (wellKnown.server as { "m.server": string } | undefined)?.["m.server"];

    it("may be one for clients and servers, which the well-known file names", async () => {
        for (const port of [443, 8448]) {
            const outputs = await declareStack({ gateway: { httpsPort: port, federationPort: port } });
            assert.deepEqual(published(), [[443, port]]);
            assert.equal(serverFile(outputs), `example.org:${port}`);
        }
    });

    it("may be one in a network that servers meet in, too", async () => {
        const outputs = await declareStack({ federation: { network: "meeting" }, gateway: { federationPort: 443 } });
        assert.deepEqual([published(), serverFile(outputs)], [[[443, 443]], "example.org:443"]);
    });

    it("may differ from those that are announced", async () => {
        const ports = { httpsPort: 8443, federationPort: 9448, announced: { httpsPort: 443, federationPort: 443 } };
        const outputs = await declareStack({ gateway: { host: "matrix.example.org", ...ports } });
        assert.deepEqual(published(), [
            [443, 8443],
            [8448, 9448],
        ]);
        const { clientUrl, federationUrl } = outputs;
        assert.deepEqual(
            [clientUrl, federationUrl, serverFile(outputs)],
            ["https://matrix.example.org", "https://matrix.example.org:443", "matrix.example.org:443"],
        );
    });

    it("have one for plain HTTP where that is asked for", async () => {
        await declareStack({ gateway: { httpPort: 80 } });
        assert.deepEqual(published()?.at(-1), [80, 80]);
    });
});

describe("behind a proxy", () => {
    const caddy = () => JSON.parse(container("gateway").uploads.find(({ file }) => file === "/etc/caddy/caddy.json")?.content as string);

    it("the gateway trusts what is listed, and for this machine the address that it is seen at", async () => {
        await declareStack({ gateway: { trustedProxies: ["10.0.0.7", "127.0.0.1", "2001:db8::/32"] } });
        const { ranges } = caddy().apps.http.servers.clients.trusted_proxies;
        assert.deepEqual(ranges, ["10.0.0.7/32", "2001:db8::/32", "172.30.0.1/32"]);
    });

    it("the homeserver trusts the public authorities, although the gateway's certificate is a development one", async () => {
        const authorities = () => container("homeserver").uploads.some(({ file }) => file === authorityPath(0));
        await declareStack();
        assert.equal(authorities(), true);
        await declareStack({ gateway: { trustedProxies: ["10.0.0.7"] } });
        assert.equal(authorities(), false);
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
        assert.deepEqual(Object.keys(synapse), [
            "/etc/synapse/authority-1.pem",
            "/etc/synapse/homeserver.yaml",
            "/etc/synapse/log.yaml",
            "/etc/synapse/modules/drain.py",
        ]);
        assert.deepEqual(Object.keys(caddy), ["/etc/caddy/caddy.json"]);
        assert.ok(!/password of|key of|token of/.test(JSON.stringify([synapse, caddy])));
        for (const { file, content } of [...container("homeserver").uploads, ...container("gateway").uploads]) {
            const shown = synapse[file] ?? caddy[file];
            if (shown !== undefined) assert.equal(content, shown, file);
        }
    });
});
