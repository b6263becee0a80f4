import assert from "node:assert/strict";
import { connect } from "node:tls";
import { execa } from "execa";
import { type RelayClient, RelayRefusal } from "../../scripts/checks/relay/turn/client.ts";
import { timeLimitedCredentials } from "../../scripts/checks/relay/turn/credentials.ts";
import type { RelayServer } from "../../scripts/checks/relay/turn/transport.ts";
import type { Status } from "../../scripts/cli/status/report.ts";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "../support/docker.ts";
import { credentialsFromHomeserver, install, openRelay, selfSigned, tunnel, withRelay } from "../support/relay.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-turn";
const base = 28000;
const container = `matrix-synapse-${stackName}-relay`;
/** Whose volume the certificate is in: the relay only reads it. */
const gateway = `matrix-synapse-${stackName}-gateway`;
const udp: RelayServer = { transport: "udp", host: "127.0.0.1", port: base + 78 };
const tls: RelayServer = { transport: "tls", host: "127.0.0.1", port: base + 79, name: "localhost" };
/** More ports than one account may have. */
const relayPorts = { min: base + 90, max: base + 109 };

describe("the relay", function () {
    this.timeout(180_000);
    let outputs: StackOutputs;
    let credentials: { username: string; password: string; uris: string[]; ttl: number };

    before(async () => {
        await destroyStack(stackName);
        const settings = smallStack(base);
        configure(stackName, { ...settings, turn: { ...settings.turn, relayPorts } });
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        credentials = await credentialsFromHomeserver(outputs);
        await eventually("TLS by the gateway's certificate", 15_000, async () => {
            await (await openRelay({ ...tls, authority: outputs.certificateAuthority }, credentials, 2000)).close();
        });
    });
    after(async () => {
        await destroyStack(stackName);
    });

    const refusal = async (work: Promise<unknown>): Promise<number | undefined> =>
        work.then(
            () => undefined,
            (error) => (error instanceof RelayRefusal ? error.code : assert.fail(String(error))),
        );

    it("is offered by the homeserver over UDP, TCP and TLS, with credentials for an hour", () => {
        assert.deepEqual(credentials.uris, [
            `turn:localhost:${base + 78}?transport=udp`,
            `turn:localhost:${base + 78}?transport=tcp`,
            `turns:localhost:${base + 79}?transport=tcp`,
        ]);
        assert.equal(credentials.ttl, 3600);
    });

    /** Two clients of coturn's own, each sending ten messages to where the other is relayed. */
    const uclient = async (port: number, ...options: string[]) => {
        const { username, password } = credentials;
        const clients = ["-y", "-c", "-n", "10", "-u", username, "-w", password, "-p", `${port}`, ...options, "127.0.0.1"];
        const run = ["run", "--rm", "--network=host", "--entrypoint=turnutils_uclient", imageReference("coturn")];
        const { stdout } = await execa("docker", [...run, ...clients]);
        assert.match(stdout, /tot_send_msgs=20, tot_recv_msgs=20/);
        assert.match(stdout, /Total lost packets 0 /);
    };

    it("passes what two clients of coturn's own send to each other, over UDP", () => uclient(base + 78));

    it("passes what they send over TCP", () => uclient(base + 78, "-t"));

    it("passes what they send over TLS, with a certificate that the authority signed for this host", async () => {
        const end = await tunnel(base + 77, { ...tls, authority: outputs.certificateAuthority });
        try {
            await uclient(base + 77, "-t");
        } finally {
            end();
        }
    });

    it("refuses private, reserved and its own machine's addresses as peers, and no others", async () => {
        const network = (name: string, field: string) =>
            docker("inspect", "--format", `{{range .NetworkSettings.Networks}}{{.${field}}}{{end}}`, `matrix-synapse-${stackName}-${name}`);
        const denied = [
            await network("database", "IPAddress"),
            await network("relay", "Gateway"),
            ...["127.0.0.1", "0.0.0.0", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.17.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1"],
            ...["192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
        ];
        await withRelay(udp, credentials, async (client) => {
            for (const ip of denied) assert.equal(await refusal(client.permit(ip)), 403, ip);
            // Of the other family, whatever it stands for.
            for (const ip of ["::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00::1", "fe80::1"])
                assert.ok([403, 443].includes((await refusal(client.permit(ip))) ?? 0), ip);
            assert.equal(await refusal(client.permit("9.9.9.9")), undefined);
        });
    });

    it("lets one relayed address send to another, though both are the container's own", () =>
        withRelay(udp, credentials, (one, first) =>
            withRelay(udp, credentials, async (other, second) => {
                await Promise.all([one.permit(second.ip), other.permit(first.ip)]);
                one.send(second, Buffer.from("word"));
                const { from, data } = await other.receive();
                assert.deepEqual([from, `${data}`], [first, "word"]);
            }),
        ));

    it("refuses credentials that are wrong or have ended", async () => {
        const allocate = async (given: { username: string; password: string }) => {
            const client = await openRelay(udp, given, 3000);
            return refusal(client.allocate().finally(() => client.close()));
        };
        const secret = /static-auth-secret=(.*)/.exec(await docker("exec", container, "cat", "/etc/coturn/turnserver.conf"))?.[1] ?? "";
        const now = Date.now() / 1000;
        assert.equal(await allocate({ ...credentials, password: "wrong" }), 401);
        assert.equal(await allocate(timeLimitedCredentials(secret, "@ended:localhost", now - 10)), 401);
        assert.equal(await allocate(timeLimitedCredentials(secret, "@valid:localhost", now + 10)), undefined);
    });

    it("gives one account twelve allocations and no more", async () => {
        const clients: RelayClient[] = [];
        const secret = /static-auth-secret=(.*)/.exec(await docker("exec", container, "cat", "/etc/coturn/turnserver.conf"))?.[1] ?? "";
        const greedy = timeLimitedCredentials(secret, "@greedy:localhost", Date.now() / 1000 + 60);
        try {
            const codes: (number | undefined)[] = [];
            for (let count = 0; count < 13; count++) {
                const client = await openRelay(udp, greedy);
                clients.push(client);
                codes.push(await refusal(client.allocate()));
            }
            assert.deepEqual(codes, [...Array(12).fill(undefined), 486]);
        } finally {
            await Promise.all(clients.map((client) => client.close()));
        }
    });

    it("takes another certificate while it relays, and drops nothing", async () => {
        const started = await docker("inspect", "--format", "{{.State.StartedAt}}", container);
        await withRelay(tls, credentials, async (client, relayed) => {
            await client.permit(relayed.ip);
            const before = client.certificate;
            await install(gateway, await selfSigned(container, "localhost"));
            await eventually("the new certificate", 15_000, async () => {
                const other = await openRelay(tls, credentials, 2000);
                const shown = other.certificate;
                await other.close();
                assert.notEqual(shown, before);
            });
            client.send(relayed, Buffer.from("still here"));
            assert.equal(`${(await client.receive()).data}`, "still here");
        });
        assert.equal(await docker("inspect", "--format", "{{.State.StartedAt}}", container), started);
    });

    it("speaks TLS 1.2, and nothing older", async () => {
        const handshake = (version: "TLSv1.1" | "TLSv1.2") =>
            new Promise<string>((resolve) => {
                const options = {
                    minVersion: version,
                    maxVersion: version,
                    ciphers: "DEFAULT:@SECLEVEL=0",
                    rejectUnauthorized: false,
                } as const;
                const socket = connect({ host: tls.host, port: tls.port, timeout: 3000, ...options });
                const end = (what: string) => {
                    resolve(what);
                    socket.destroy();
                };
                socket.on("secureConnect", () => end(socket.getProtocol() ?? ""));
                for (const event of ["error", "timeout", "close"]) socket.on(event, () => end("refused"));
            });
        assert.equal(await handshake("TLSv1.2"), "TLSv1.2");
        assert.equal(await handshake("TLSv1.1"), "refused");
    });

    it("listens on nothing but its two ports", async () => {
        const tables = await docker("exec", container, "cat", "/proc/net/tcp");
        const listening = [...tables.matchAll(/^\s*\d+: [0-9A-F]{8}:([0-9A-F]{4}) \S+ 0A /gm)].map(([, hex]) =>
            Number.parseInt(hex ?? "", 16),
        );
        // Docker's own resolver for the container's names has a port on 127.0.0.11.
        const own = [...tables.matchAll(/^\s*\d+: 0B00007F:([0-9A-F]{4}) \S+ 0A /gm)].map(([, hex]) => Number.parseInt(hex ?? "", 16));
        assert.deepEqual([...new Set(listening.filter((port) => !own.includes(port)))].sort(), [base + 78, base + 79]);
    });

    it("ends when it is told to, not when it is killed", async () => {
        const began = Date.now();
        await docker("stop", "--time", "20", container);
        assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
        await docker("start", container);
    });

    it("gives way to another coturn, which takes the credentials that the homeserver signs", async () => {
        const port = base + 80;
        const options = ["--use-auth-secret", "--static-auth-secret=shared elsewhere", "--realm=elsewhere", `--listening-port=${port}`];
        const relayed = [
            `--min-port=${base + 110}`,
            `--max-port=${base + 113}`,
            "--listening-ip=127.0.0.1",
            "--allow-loopback-peers",
            "--no-cli",
        ];
        const run = ["run", "--rm", "--detach", "--network=host", "--entrypoint=turnserver", imageReference("coturn")];
        const elsewhere = await docker(...run, ...options, ...relayed, "--userdb=/tmp/turndb", "--log-file=stdout", "--pidfile=/tmp/pid");
        try {
            const external = { uris: [`turn:127.0.0.1:${port}?transport=udp`], sharedSecret: "shared elsewhere" };
            configure(stackName, smallStack(base, { turn: { external } }));
            await (await openStack(stackName)).up();
            const given = await credentialsFromHomeserver(outputs);
            assert.deepEqual(given.uris, external.uris);
            await withRelay({ ...udp, port }, given, async (_, { ip }) => assert.equal(ip, "127.0.0.1"));
        } finally {
            await docker("rm", "--force", elsewhere);
        }
    });

    it("gives way to a TURN service elsewhere, and to none; both are what clients are told, and verified", async () => {
        const stack = await openStack(stackName);
        const status = async () => {
            const { stdout } = await execa("scripts/cli/resource-matrix-synapse", ["status", "--stack", stackName, "--json"], {
                cwd: root,
            });
            return JSON.parse(stdout) as Status;
        };
        const uris = ["turns:turn.example.com:5349?transport=tcp"];
        for (const [turn, offered] of [
            [
                { external: { uris, username: "matrix", password: "given password" } },
                { username: "matrix", password: "given password", uris, ttl: 3600 },
            ],
            [{ enabled: false }, {}],
        ] as const) {
            configure(stackName, smallStack(base, { turn }));
            const { turnUris } = plain((await stack.up()).outputs);
            assert.deepEqual(turnUris, "external" in turn ? uris : []);
            assert.deepEqual(await credentialsFromHomeserver(outputs), offered);
            const { state, components } = await status();
            assert.equal(state, "healthy");
            assert.deepEqual(
                components.map(({ component }) => component),
                ["database", "homeserver", "gateway"],
            );
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        }
        assert.ok(!(await docker("logs", `matrix-synapse-${stackName}-homeserver`)).includes("given password"));
    });
});
