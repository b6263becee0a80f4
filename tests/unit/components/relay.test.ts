import assert from "node:assert/strict";
import { parse } from "yaml";
import { container, containers, containerType, declareStack } from "../../support/declaredStack.ts";
import { declared } from "../../support/mocks.ts";

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
